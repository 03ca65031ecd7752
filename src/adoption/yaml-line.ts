import { stringify } from "yaml"

/** A value as a file has it on one line. */
export function scalar(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trimEnd()
}

/** A line with the reason of its value. */
export function line(key: string, value: unknown, because?: string): string {
  return `${key}: ${scalar(value)}${because === undefined ? "" : ` # ${plain(because)}`}`
}

/** Lines of comment. */
export function comment(text: string): string {
  return text
    .split("\n")
    .map((one) => `# ${plain(one)}`.trimEnd())
    .join("\n")
}

/** What a tree's own names bring into a comment must not end it. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\ufeff]+/gu, " ")
}
