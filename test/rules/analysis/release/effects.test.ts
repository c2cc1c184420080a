import { describe, expect, it } from "vitest";
import { effectAround } from "../../../../rules/analysis/release/effects.js";
import { invocationsOf } from "../../../../rules/analysis/invocations.js";
import { parse } from "../parse.js";

/** The framework of the effect around `here()`, and the code of its clean-ups. */
function effect(code: string) {
  const sourceCode = parse(code);
  const [here] = invocationsOf(sourceCode, ["here"]);
  if (!here) throw new Error("no here()");
  const found = effectAround(sourceCode, here);
  return found && { framework: found.framework, cleanups: found.cleanups.map(({ body }) => sourceCode.getText(body)) };
}

describe("effectAround", () => {
  it.each([
    ["react", "useEffect(() => { here(); return () => off(); }, []);"],
    ["react", "import * as R from 'react';\nR.useLayoutEffect(() => { here(); return () => off(); });"],
    [
      "react",
      "import { useIsomorphicLayoutEffect } from './hooks';\nuseIsomorphicLayoutEffect(() => { here(); const end = () => off(); return end; });",
    ],
    ["react", "useEffect(() => { f(() => here()); return x ? () => off() : undefined; });"],
    [
      "vue",
      "import { onMounted, onUnmounted } from 'vue';\nfunction setup() { onMounted(() => here()); onUnmounted(() => off()); }",
    ],
    ["vue", "import { watchEffect } from 'vue';\nwatchEffect((onCleanup) => { here(); onCleanup(() => off()); });"],
    ["svelte", "import { onMount } from 'svelte';\nonMount(() => { here(); return () => off(); });"],
    ["svelte", "import { onMount, onDestroy } from 'svelte';\nonMount(() => here());\nonDestroy(() => off());"],
    ["svelte", "$effect(() => { here(); return () => off(); });"],
    ["svelte", "$effect.pre(() => { here(); return () => off(); });"],
    [
      "solid",
      "import { createEffect, onCleanup } from 'solid-js';\nfunction C() { createEffect(() => { here(); onCleanup(() => off()); }); }",
    ],
  ])("%s: %s", (framework, code) => expect(effect(code)).toEqual({ framework, cleanups: ["off()"] }));

  it.each([
    ["react", "class C { componentDidMount() { here(); } componentWillUnmount() { off(); } }"],
    ["angular", "class C { ngOnInit() { here(); } ngOnDestroy() { off(); } }"],
    ["custom element", "class C { connectedCallback() { here(); } disconnectedCallback() { off(); } }"],
    ["vue", "export default { data() { return {}; }, mounted() { here(); }, beforeUnmount() { off(); } };"],
  ])("%s: %s", (framework, code) => expect(effect(code)).toEqual({ framework, cleanups: ["{ off(); }"] }));

  it.each([
    ["a hook of the file's own", "function useEffect(f) { f(); }\nuseEffect(() => here());"],
    ["a name that others use too", "import { watch } from 'chokidar';\nwatch(() => here());"],
    ["an object that is no component", "export const task = { mounted() { here(); } };"],
    ["outside of any", "function f() { here(); }"],
  ])("none: %s", (_title, code) => expect(effect(code)).toBeNull());

  it("tells what a set-up returns that is no function of the file", () => {
    const sourceCode = parse("useEffect(() => { here(); return subscribe(); });");
    const [here] = invocationsOf(sourceCode, ["here"]);
    const returned = here ? effectAround(sourceCode, here)?.returned : undefined;
    expect(returned?.map((node) => sourceCode.getText(node))).toEqual(["subscribe()"]);
  });
});
