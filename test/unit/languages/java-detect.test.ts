/** Port and health path of Spring Boot applications, told by their own settings. */
import { describe, expect, test } from "vitest"
import { detect } from "../../../src/languages/java/detect.ts"

const pom = (...starters: readonly string[]) => `<project>
  <artifactId>shop</artifactId>
  <dependencies>${starters.map((one) => `<dependency><artifactId>spring-boot-starter-${one}</artifactId></dependency>`).join("")}</dependencies>
  <build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>
</project>`

/** A value that the environment tells. */
const open = (text: string) => `\${${text}}`
const resources = "src/main/resources"
async function settings(files: Readonly<Record<string, string>>, ...starters: readonly string[]) {
  const all: Readonly<Record<string, string>> = {
    "pom.xml": pom(...(starters.length === 0 ? ["web", "actuator"] : starters)),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`${resources}/${name}`, text])),
  }
  const [found] = await detect({ paths: Object.keys(all), read: async (path) => all[path] ?? "" })
  const of = (setting: string) => found?.settings.find((one) => one.setting === setting)
  return { port: of("port"), health: of("health") }
}
const port = async (files: Readonly<Record<string, string>>) => (await settings(files)).port?.value
const health = async (files: Readonly<Record<string, string>>) => (await settings(files)).health?.value

describe("the port", () => {
  test("is Spring Boot's own where no file names one, of what serves HTTP", async () => {
    expect(await settings({}, "webmvc")).toEqual({
      port: {
        setting: "port",
        value: 8080,
        because:
          "pom.xml has spring-boot-starter-webmvc, and no file names server.port: Spring Boot listens on 8080",
      },
      health: undefined,
    })
    expect((await settings({}, "batch")).port).toBeUndefined()
  })

  test.each([
    ["application.properties", "server.port=9090\n"],
    ["application.properties", `# server.port=1\n  server.port : ${open("PORT:9090")}\n`],
    ["application.yml", "server:\n  # of all\n  port: 9090\n"],
    ["application.yaml", "server.port: 9090\nspring: { application: { name: shop } }\n"],
    ["application.yml", `server:\n  tomcat:\n    threads: { max: 20 }\n  port: ${open("PORT:9090")}\n`],
    ["config/application.yml", "server: { port: 9090 }\n"],
  ])("is that of %s: %j", async (name, text) => {
    expect((await settings({ [name]: text })).port).toMatchObject({
      value: 9090,
      because: `${resources}/${name}: server.port`,
    })
  })

  test("of properties counts before that of YAML, and a profile's where it is the active one", async () => {
    const yaml = "server.port: 1111\n---\nspring.config.activate.on-profile: dev\nserver.port: 2222\n"
    expect(await port({ "application.yml": yaml })).toBe(1111)
    expect(await port({ "application.yml": `spring.profiles.active: dev\n${yaml}` })).toBe(2222)
    expect(await port({ "application.yml": yaml, "application.properties": "server.port=3333" })).toBe(3333)
    const active = "spring.profiles.active=prod\nserver.port=1111\n"
    const prod = { "application.properties": active, "application-prod.properties": "server.port=4444" }
    expect(await port(prod)).toBe(4444)
  })

  test.each([
    ["application.properties", `server.port=${open("PORT")}\n`],
    ["application.properties", "server.port=0\n"],
    ["application.yml", "spring.config.import: optional:configserver:http://config\nserver.port: 9090\n"],
    ["bootstrap.yml", "spring: { cloud: { config: { uri: http://config } } }\n"],
  ])("is not certain by %s: %j", async (name, text) => {
    expect(await port({ [name]: text })).toBeUndefined()
  })

  test("is not read from a file that is no YAML", async () => {
    expect(await port({ "application.yml": "server:\n port: 9090\n  x: [\n" })).toBe(8080)
  })
})

describe("the health path", () => {
  test("lies below the paths that the application is served at", async () => {
    expect(
      await settings({ "application.properties": "server.servlet.context-path=/shop/\n" }),
    ).toMatchObject({
      health: {
        value: "/shop/actuator/health",
        because: `pom.xml has spring-boot-starter-actuator, with a path of ${resources}/application.properties`,
      },
    })
    expect(await health({ "application.yml": "spring.webflux.base-path: /api\n" })).toBe(
      "/api/actuator/health",
    )
    expect(await health({ "application.yml": "management.endpoints.web.base-path: /\n" })).toBe("/health")
  })

  test("is none of this port where the actuator has one of its own, or a path that only an environment tells", async () => {
    expect(await health({ "application.properties": "management.server.port=9001\n" })).toBeUndefined()
    expect(
      await health({ "application.yml": `server.servlet.context-path: ${open("BASE")}\n` }),
    ).toBeUndefined()
  })

  test("is told with what may change it where a server is asked for settings", async () => {
    const text = "spring.config.import: configserver:http://config\n"
    expect(await settings({ "application.yml": text })).toMatchObject({
      health: {
        value: "/actuator/health",
        because: `pom.xml has spring-boot-starter-actuator, unless the server that ${resources}/application.yml asks tells another path`,
      },
    })
  })
})
