/** Decodes a percent-encoded text; a text that is not validly encoded is returned unchanged. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    // A literal percent sign: the text was not encoded.
    if (!(error instanceof URIError)) throw error
    return text
  }
}
