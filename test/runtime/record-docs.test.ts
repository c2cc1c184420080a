import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { blocks } from "../pages.js";
import { installPackages, project, repository, run } from "./command.js";

/** The programs that the page runs. */
const programs = {
  "package.json": '{ "type": "module" }\n',
  "loop.mjs": `for (let i = 0; i < 6; i++) performance.mark("leakproof:iteration");`,
  "tests.mjs": `let i = 0; setInterval(() => console.log("ok " + ++i), 50);`,
  "server.mjs": `setInterval(() => {}, 1000);`,
};

it("docs/record.md has commands that run", async () => {
  const text = readFileSync(path.join(repository, "docs/record.md"), "utf8");
  const commands = blocks(text)
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => code.split("\n"))
    .filter((line) => line.startsWith("leakproof record "));
  expect(commands.length).toBeGreaterThanOrEqual(7);
  const cwd = project(programs);
  cpSync(path.join(repository, "examples"), path.join(cwd, "examples"), { recursive: true });
  installPackages(cwd);
  const said: string[] = [];
  for (const command of commands) {
    const parameters = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word).slice(1);
    const { code, stdout, stderr } = await run(parameters, { cwd });
    expect([command, code, stderr]).toEqual([command, 0, expect.stringMatching(/leakproof: wrote .*\.svg/)]);
    said.push(stdout);
  }
  expect(said[0]).toMatch(/^objects \+28\.0 per iteration/);
  expect(said[1]).toMatch(/^objects flat at/);
});
