/** Styles of the report: readable on a phone, on paper, in the dark. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #fff; --card: #f6f8fa; --good: #1a7f4b; --bad: #c0392b; --blue: #1f5fbf }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5; --line: #323b47; --paper: #12171e; --card: #1a212a; --good: #4cc38a; --bad: #ff7b6b; --blue: #7fb0ff } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
.brand { margin: 0; letter-spacing: .12em; text-transform: uppercase; font-size: .8rem; color: var(--soft) }
h1 { margin: .2rem 0 .6rem; font-size: 2rem; line-height: 1.2 }
h2 { margin: 0 0 .3rem; font-size: 1.15rem }
.verdict { margin: 0; padding: .7rem 1rem; border-radius: .5rem; background: var(--card); border-left: .35rem solid; font-weight: 600 }
.good { color: var(--good) } .bad { color: var(--bad) }
section { margin-top: 2rem; padding-top: 1.2rem; border-top: 1px solid var(--line) }
.expected { margin: 0 0 .7rem; color: var(--soft) }
.command { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: baseline; padding: .45rem .8rem; margin: .3rem 0; background: var(--card); border-radius: .4rem; font-size: .88rem }
.command code { flex: 1 1 26rem; overflow-wrap: anywhere; font-family: ui-monospace, monospace }
.exit { font-weight: 600 }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
th, td { padding: .4rem .6rem; text-align: left; border-bottom: 1px solid var(--line) }
tbody th { font-weight: 400 } .number { text-align: right; white-space: nowrap } .none { color: var(--soft) }
.set { display: inline-block; min-width: 1.7em; text-align: center; border-radius: .4em; font-weight: 700; background: var(--card); border: 1px solid var(--line) }
.set-A { background: #1f5fbf; color: #fff } .set-B { background: #b5651d; color: #fff } .set-C { background: #1a7f4b; color: #fff } .set-D { background: #7d3c98; color: #fff }
a { color: var(--blue) } .mark { display: inline-block; width: 1.2em }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem }
`
