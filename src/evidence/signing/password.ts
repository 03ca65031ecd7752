/** The password in a secret: the line break that editors and `echo` end a file with is no part of it. */
export function passwordIn(secret: string): string {
  return secret.replace(/\r?\n$/, "")
}
