// What KaTeX makes of the formulas of katex.json, written back beside each: its error, or the
// formula as it reads it. Run by hand when formulas are added:
//
//     npm install --prefix /tmp/katex katex
//     NODE_PATH=/tmp/katex/node_modules node tests/formula/katex.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const katex = createRequire(import.meta.url)("katex");
const fixture = new URL("katex.json", import.meta.url);
const kept = JSON.parse(readFileSync(fixture, "utf8"));
const LAYOUT = new Set(["math", "mrow", "mstyle", "mpadded", "menclose", "mtd", "mi", "mo", "mn", "mtext"]);
const SILENT = new Set(["annotation", "mspace", "mphantom"]);

// One line for a tree of MathML: scripts, fractions, roots and grids by their marks, spaces left
// out. The test writes our own trees the same way.
function shape(node) {
  if (node.children === undefined) return node.text ?? ""; // a text, or a space
  const glue = (child) => child.classes?.some((each) => /^(mtr-glue|mml-eqn-num)$/.test(each));
  const parts = node.children.filter((child) => !glue(child)).map(shape);
  const [first, second, third] = parts;
  switch (node.type) {
    case "semantics":
      return first;
    case "mfrac":
      return `{${first}/${second}}`;
    case "msqrt":
      return `√{${parts.join("")}}`;
    case "mroot":
      return `√[${second}]{${first}}`;
    case "msub":
    case "munder":
      return `${first}_{${second}}`;
    case "msup":
    case "mover":
      return `${first}^{${second}}`;
    case "msubsup":
    case "munderover":
      return `${first}_{${second}}^{${third}}`;
    case "mtr":
      return `${parts.join("&")};`;
    case "mtable":
      return `[${parts.join("")}]`;
  }
  if (SILENT.has(node.type)) return "";
  if (LAYOUT.has(node.type) || node.type === undefined) return parts.join("");
  throw new Error(`${node.type} in KaTeX's MathML`);
}

for (const formula of kept.formulas) {
  const settings = { displayMode: true, strict: "ignore", macros: { ...kept.macros } };
  delete formula.error;
  delete formula.read;
  try {
    const tree = katex.__renderToDomTree(formula.tex, { ...settings, output: "mathml" });
    formula.read = shape(tree.children[0]).replace(/[\s\u200b\u2061-\u2064]/gu, "");
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    formula.error = error.message.replace(/^KaTeX parse error: /, "").split(" at position")[0];
  }
}
kept.katex = katex.version;
writeFileSync(fixture, `{
 "katex": ${JSON.stringify(kept.katex)},
 "macros": ${JSON.stringify(kept.macros)},
 "formulas": [
${kept.formulas.map((formula) => `  ${JSON.stringify(formula)}`).join(",\n")}
 ]
}
`);
