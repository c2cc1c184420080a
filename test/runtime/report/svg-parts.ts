/** What a picture is made of, found without a parser of its own: no `<` is anything but the start of a tag. */

/** Each tag with the names of its attributes: `<a id="x">` is `a id`. */
export function tagsOf(markup: string): string[] {
  return [...markup.matchAll(/<([^\s>]*)([^>]*)>?/g)].map(([, name, rest]) =>
    [name, ...[...rest.matchAll(/([\w:-]+)="[^"]*"/g)].map(([, attribute]) => attribute)].join(" "),
  );
}

/** The part of a picture that draws the node or arrow with this id. */
export function partOf(svg: string, id: string): string {
  const part = new RegExp(`<g id="${id}" .*?</g>`, "s").exec(svg);
  if (part === null) throw new Error(`nothing with the id ${id} is drawn`);
  return part[0];
}

/** The lines of text in a part. */
export function textsOf(part: string): string[] {
  return [...part.matchAll(/<text [^>]*>(.*?)<\/text>/gs)].map(([, text]) => decode(text).trim());
}

/** Left, top, right and bottom of the first shape of a part. */
export function boxOf(part: string): { left: number; top: number; right: number; bottom: number } {
  const shape = /(?: d|points)="([^"]*)"/.exec(part)?.[1] ?? "";
  const numbers = (shape.match(/-?[\d.]+/g) ?? []).map(Number);
  const [xs, ys] = [0, 1].map((rest) => numbers.filter((_, index) => index % 2 === rest));
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

export function decode(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  return text
    .replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string | undefined) =>
      code === undefined ? named[name ?? ""] : String.fromCodePoint(Number(code)),
    )
    .replaceAll("\u00a0", " ");
}
