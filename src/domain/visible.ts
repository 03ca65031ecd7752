/**
 * A text without characters that act on what shows it: control characters, and those that turn a line round or take no
 * room. They stand there as `\u202e`, which in a text of JSON is still the same.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  )
}
