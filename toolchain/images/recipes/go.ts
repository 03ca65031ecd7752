import { versions } from "../../versions.ts"
import { goToolchain } from "../go.ts"
import type { Recipe } from "../recipe.ts"
import { caBundle, ground, searchPath } from "./common.ts"

/** Components in Go are checked and compiled in it; it compiles for every platform that Go knows. */
export const go: Recipe = {
  name: "go",
  version: versions.go,
  description: "Go with its standard library, and no C compiler",
  source: "https://go.dev",
  licenses: "BSD-3-Clause",
  content: [...ground([]), { step: goToolchain.id, directory: "go", to: "usr/local/go" }],
  env: {
    PATH: `/go/bin:/usr/local/go/bin:${searchPath}`,
    GOPATH: "/go",
    GOTOOLCHAIN: "local",
    CGO_ENABLED: "0",
    HOME: "/root",
    SSL_CERT_FILE: caBundle,
  },
  command: ["go"],
  compression: 1,
}
