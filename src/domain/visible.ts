/**
 * Escapes the characters that could change how a terminal or page displays a text: control characters, and those that
 * reverse a line or have no width. They become `\u202e`, which means the same inside JSON.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  )
}
