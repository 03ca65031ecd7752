/** The health path of an application, where a route that nothing stands in front of has such a name. Pure. */

const name = String.raw`(?:[\w-]+\/)*(?:healthz?|livez|readyz|ping|health[_-]?check)\/?`

/** `@app.get("/healthz")`: of the application itself. A router or a blueprint has the path in front that it is mounted at. */
const ofApplication = (variable: string) =>
  new RegExp(
    String.raw`(?:^|\s)@?${variable}\.(?:get|route|api_route|add_url_rule|add_api_route|add_route)\(\s*["']\/(${name})["']`,
  )
/** `path("health/", view)` and `re_path(r"^health/$", view)`; of what is included, only the package that is a health check alone. */
const ofDjango = new RegExp(
  String.raw`\b(?:re_)?path\(\s*r?["']\^?(${name})\$?["']\s*,(?!\s*include\((?!\s*["']health_check\b))`,
)
/** `Route("/healthz", endpoint=…)` in the list of an application. */
const ofStarlette = new RegExp(String.raw`\bRoute\(\s*["']\/(${name})["']`)

export type Served = "django" | "asgi" | "wsgi"

/** @param variable of the application, as the module that makes it calls it. */
export function healthRoute(text: string, served: Served, variable = "app"): string | undefined {
  const patterns =
    served === "django"
      ? [ofDjango]
      : [
          ofApplication(variable === "app" ? "app" : `(?:app|${variable})`),
          ...(served === "asgi" && !/\bMount\(/.test(text) ? [ofStarlette] : []),
        ]
  for (const pattern of patterns) {
    const [, found] = pattern.exec(text) ?? []
    if (found !== undefined) return `/${found}`
  }
  return undefined
}
