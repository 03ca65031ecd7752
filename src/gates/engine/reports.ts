/** Reports of one part of a gate, under its name. */
export function below(name: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${name}/${file}`, text]))
}
