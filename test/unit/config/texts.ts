/** The least that signalbox.yaml and an environment need, and ways to change one line of them. */
export const minimalConfig = `schemaVersion: 1
project: shop
registry: registry.example/shop
components:
  web:
    path: web
    language: node
    kind: static
environments: [staging, production]
`

export const minimalEnvironment = `schemaVersion: 1
name: staging
namespace: shop-staging
release: shop
access: { kind: service-proxy, component: web }
`

/** @throws when the text does not occur: a test must not pass because it changed nothing. */
export function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`${JSON.stringify(from)} is not in the text`)
  return text.replace(from, to)
}
