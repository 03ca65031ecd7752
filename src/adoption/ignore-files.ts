import type { IgnoreFile } from "../languages/index.ts"

const head = `# Written by init: what no image is built from. Tests and settings of compilers are not here, because stages run them; neither is
# what the Dockerfile names itself.
`

/** The texts of ignore files by path. Where several components are built from one directory, what each of them can do without. */
export function ignoreTexts(files: readonly IgnoreFile[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const { path } of files) {
    const [first, ...others] = files.filter((one) => one.path === path)
    const all = (first?.patterns ?? []).filter((one) =>
      others.every(({ patterns }) => patterns.includes(one)),
    )
    texts.set(path, `${head}${all.join("\n")}\n`)
  }
  return texts
}
