/** What a percent-encoded text stands for; one that is not encoded stands for itself. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    // A percent sign of its own: it was meant as it is written.
    if (!(error instanceof URIError)) throw error
    return text
  }
}
