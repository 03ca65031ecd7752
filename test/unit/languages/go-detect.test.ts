/** Port, health path and program of Go modules, told by their code. */
import { describe, expect, test } from "vitest"
import { detectComponents } from "../../../src/languages/detect.ts"
import { detect } from "../../../src/languages/go/detect.ts"
import { healthIn, importsOf, portIn } from "../../../src/languages/go/detect-sources.ts"
import { treeOf } from "./trees.ts"

const said = (text: string) => [{ path: "main.go", text }]
const port = (text: string) => {
  const found = portIn(said(text))
  return found === null || found === "several" ? found : found.value
}

describe("the port", () => {
  test.each([
    ['var addr = flag.String("addr", ":8081", "address to listen on")', 8081],
    ['flag.StringVar(&cfg.addr, "listen-address", "0.0.0.0:8081", "where")', 8081],
    ['port := flag.Int("port", 8081, "HTTP port")', 8081],
    ['fs.IntP("http-port", "p", 8081, "HTTP port")\nfs.Int("port-metrics", 9797, "metrics")', 8081],
    [
      'fs.Int("port", 8081, "HTTP")\nfs.Int("grpc-port", 0, "gRPC")\nfs.Int("secure-port", 8443, "HTTPS")',
      8081,
    ],
    ['viper.SetDefault("server.port", "8081")', 8081],
    ['port := getenv("PORT", "8081")', 8081],
    ['port := os.Getenv("PORT")\nif port == "" {\n\tport = "8081" // of our own\n}', 8081],
    ['&cli.IntFlag{Name: "port", Usage: "HTTP port", Value: 8081}', 8081],
    ['type Config struct {\n\tPort int `env:"HTTP_PORT" envDefault:"8081"`\n}', 8081],
    ['srv := &http.Server{\n\tAddr: ":8081",\n}', 8081],
    ['const DefaultHttpListenAddr = ":8081"', 8081],
    ['http.ListenAndServe(":8081", nil)\ngo http.ListenAndServe(":6060", nil) // pprof', 8081],
    ['// port := "9999"\nhttp.ListenAndServe(":8081", nil)', 8081],
  ])("is certain by %s", (text, value) => {
    expect(port(text)).toBe(value)
  })

  test.each([
    ['flag.Int("grpc-port", 9000, "gRPC")', null],
    ['flag.String("redis-addr", ":6379", "Redis")', null],
    ['flag.Int("port", 0, "any")', null],
    ['flag.Int("workers", 8080, "how many")', null],
    ['flag.String("addr", ":8080", "public")\nflag.String("listen", ":8090", "inside")', "several"],
    ['go http.ListenAndServe(":8080", a)\nhttp.ListenAndServe(":8090", b)', "several"],
  ])("is not certain by %s", (text, value) => {
    expect(port(text)).toBe(value)
  })
})

describe("the health path", () => {
  test.each([
    ['http.HandleFunc("/health", ok)', "/health"],
    ['mux.HandleFunc("GET /readyz", ok)\nmux.HandleFunc("GET /healthz", ok)', "/healthz"],
    ['s.router.HandleFunc(s.prefixed("/healthz"), s.ok)', "/healthz"],
    ['r := gin.Default()\napi := r.Group("/api")\napi.GET("/health", ok)\nr.GET("/ping", ok)', "/ping"],
    ['r.Route("/api", func(r chi.Router) {\n\tr.Get("/health", ok)\n})', undefined],
    ['if p == "/healthz" { return }', undefined],
    ['// http.HandleFunc("/health", ok)', undefined],
  ])("by %s", (text, value) => {
    expect(healthIn(said(text))?.value).toBe(value)
  })
})

test("imports are those of a file's head", () => {
  const text =
    'package a\n\nimport "fmt"\nimport (\n\tx "example.org/shop/x"\n\t_ "y/z"\n)\n\nfunc f() { g("no/import") }\n'
  expect(importsOf(text)).toEqual(["fmt", "example.org/shop/x", "y/z"])
})

describe("a program", () => {
  const main = (imported = "fmt") => `package main\n\nimport "${imported}"\n\nfunc main() { run() }\n`
  const server =
    'package api\n\nfunc Run() { http.HandleFunc("/healthz", ok); http.ListenAndServe(":9090", nil) }\n'

  test("is told by what it imports from its module, and by nothing else of it", async () => {
    const files = {
      "go.mod": "module example.org/shop\n",
      ...{ "cmd/tool/main.go": main(), "cmd/shopd/main.go": main("example.org/shop/internal/api") },
      "internal/api/api.go": server,
      "internal/other/other.go": 'package other\n\nvar port = "7070"\n',
    }
    expect(await detect(treeOf(files))).toEqual([
      {
        path: ".",
        because: "go.mod, and cmd/shopd/main.go is a main package, and no component: cmd/tool",
        settings: [
          { setting: "main", value: "./cmd/shopd", because: "cmd/shopd/main.go: package main" },
          { setting: "port", value: 9090, because: 'internal/api/api.go: ":9090"' },
          { setting: "health", value: "/healthz", because: "internal/api/api.go: /healthz" },
        ],
      },
    ])
  })

  const several = {
    "go.mod": "module example.org/shop\n",
    ...{
      "cmd/orders/main.go": main("example.org/shop/api"),
      "cmd/mails/main.go": main("example.org/shop/api"),
    },
    "api/api.go": server,
  }

  test("is not guessed where several serve: they are told in one error", async () => {
    await expect(detectComponents(treeOf(several), "shop")).rejects.toMatchObject({
      code: "CONFIG_MISSING",
      detail: {
        why: expect.stringContaining(
          ". (go.mod has several main packages) is none: no file says which of its programs is the service: cmd/mails, cmd/orders",
        ),
      },
    })
  })

  test("that a Dockerfile builds is checked all the same", async () => {
    const { components, notBuilt } = await detectComponents(
      treeOf({ ...several, Dockerfile: "FROM x\nEXPOSE 9090\n" }),
      "shop",
    )
    expect(components).toMatchObject([{ language: "dockerfile", checkedAs: { language: "go" } }])
    expect(notBuilt).toEqual([])
  })
})
