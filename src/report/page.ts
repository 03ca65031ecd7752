import { createHash } from "node:crypto"
import { escapeHtml as html } from "./text.ts"

/**
 * One self-contained page without script, font, image or request; the content security policy blocks them even if an
 * escape failed, and any style but this one. Readable in light and dark mode, in print, by keyboard and with a screen reader.
 * @param more what the page adds to the style of all pages. Default: nothing.
 */
export function page(title: string, body: readonly string[], more = ""): string {
  const styles = more === "" ? style : `${style}\n${more}`
  const hash = createHash("sha256").update(styles).digest("base64")
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${html(title)}</title>`,
    `<style>${styles}</style>`,
    "</head>",
    "<body>",
    "<main>",
    ...body,
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n")
}

/**
 * A table of HTML cells. On a phone its rows become cards, each cell under its column's name. The roles are needed
 * because screen readers stop treating a table as one when its `display` changes.
 * @param attributes what the tag of a row has besides. Default: nothing.
 */
export function htmlTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  attributes: (row: number) => string = () => "",
): string {
  const head = columns.map((column) => `<th scope="col" role="columnheader">${html(column)}</th>`).join("")
  const label = (index: number) => `data-label="${html(columns[index] ?? "")}"`
  const body = rows.map(([first = "", ...rest], row) => {
    const cells = rest.map((cell, index) => `<td role="cell" ${label(index + 1)}>${cell}</td>`).join("")
    return `<tr role="row"${attributes(row)}><th scope="row" role="rowheader" ${label(0)}>${first}</th>${cells}</tr>`
  })
  return [
    '<div class="scroll">',
    `<table role="table"><caption>${html(caption)}</caption>`,
    `<thead role="rowgroup"><tr role="row">${head}</tr></thead>`,
    '<tbody role="rowgroup">',
    ...body,
    "</tbody></table>",
    "</div>",
  ].join("\n")
}

/** A verdict or state: symbol and name, coloured by its class. */
export function badge(state: string, mark: string): string {
  return `<span class="badge ${html(state)}"><span aria-hidden="true">${html(mark)}</span> ${html(state)}</span>`
}

export function definitionList(entries: readonly (readonly [string, string])[]): string {
  const items = entries.map(
    ([term, description]) => `<div><dt>${html(term)}</dt><dd>${description}</dd></div>`,
  )
  return `<dl>${items.join("")}</dl>`
}

/**
 * Contrast of every pair of colours below is at least 4.5 to 1. A column is as wide as its longest word: only paths and
 * digests break inside one, where `anywhere` stands.
 */
const style = `
:root{--back:#fff;--fore:#1b1f24;--soft:#57606a;--line:#d0d7de;--panel:#f6f8fa;--good:#116329;--bad:#a40e26;--warn:#7d4e00;--info:#0550ae}
@media (prefers-color-scheme:dark){:root{--back:#0d1117;--fore:#e6edf3;--soft:#9da7b1;--line:#30363d;--panel:#161b22;--good:#56d364;--bad:#ff8182;--warn:#e3b341;--info:#79c0ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--fore);font:16px/1.5 system-ui,sans-serif}
main{max-width:76rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}
h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
p,dl{margin:.5rem 0}
dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}
td code,td pre{overflow-wrap:anywhere}
thead th{background:var(--panel);position:sticky;top:0}
tbody th{font-weight:600}
code,pre{font:.88em ui-monospace,monospace}
pre{background:var(--panel);border:1px solid var(--line);padding:.75rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer}
a{color:var(--info)}
a:focus-visible,summary:focus-visible,input:focus-visible,.scroll:focus-visible{outline:2px solid var(--info);outline-offset:2px}
ol{margin:.5rem 0;padding-left:1.75rem}
li{margin:.25rem 0;overflow-wrap:break-word}
.filter{border:1px solid var(--line);border-radius:.4rem;margin:.75rem 0;padding:.25rem .75rem;display:flex;flex-wrap:wrap;gap:.25rem 1rem}
.filter legend{color:var(--soft);font-size:.85rem}
.filter label{cursor:pointer}
.code{margin:.4rem 0 0;padding:.4rem .6rem;line-height:1.45}
.code mark{background:none;color:var(--bad);font-weight:700}
.note{border-left:4px solid var(--warn);background:var(--panel);padding:.5rem .75rem}
.override{border-color:var(--bad);color:var(--bad)}
.badge{font-weight:700;white-space:nowrap;color:var(--soft)}
.pass,.verified,.done{color:var(--good)}
.fail,.failed,.critical,.high,.person-needed{color:var(--bad)}
.warning,.error,.inconclusive,.medium,.rolled-back,.refused{color:var(--warn)}
.waived,.running{color:var(--info)}
@media (max-width:44rem){
main{padding:1rem}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,caption,tbody,tr,th,td{display:block}
tr{border-bottom:1px solid var(--line);padding:.5rem 0}
tbody th,tbody td{position:relative;border:0;padding:.15rem 0 .15rem 6.5rem;overflow-wrap:anywhere}
tbody th::before,tbody td::before{content:attr(data-label);position:absolute;left:0;color:var(--soft);font-weight:400;overflow-wrap:normal}
}
@media print{.filter{display:none}thead th{position:static}details>*{display:block}}
`.trim()
