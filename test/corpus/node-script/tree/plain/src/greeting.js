/** Greets whoever is named by a path. */
export function greeting(path) {
  if (path === "/") {
    return "hello"
  }
  return `hello ${path.slice(1)}`
}

/** Says farewell, which only the failing tests ask for. */
export function farewell(name) {
  if (name === "") {
    return "bye"
  }
  const parts = ["bye"]
  parts.push(name)
  return parts.join(" ")
}
