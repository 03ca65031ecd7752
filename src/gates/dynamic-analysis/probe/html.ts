/** What a page of HTML names. Read as far as the checks need it, in one pass, whatever is written there. */

export interface Tag {
  readonly name: string
  /** By lower-case name; a value that stands twice is the first one, as browsers have it. */
  readonly attributes: Readonly<Record<string, string>>
}

/** The beginnings by which browsers take an answer without a type for a page (WHATWG, MIME Sniffing). */
const pageBegins =
  /^[\ufeff\t\n\f\r ]*<(?:!--|(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >])/i

/** Whether a browser shows it as a page: what states no type it guesses, unless it is told not to. */
export function isPage(type: string, nosniff: boolean, body: Buffer): boolean {
  if (/html/i.test(type)) return true
  const isUnknown = /^\s*(?:(?:unknown|application)\/unknown|\*\/\*)?\s*$/i.test(type)
  return isUnknown && !nosniff && pageBegins.test(body.subarray(0, 1024).toString("utf8"))
}

/** Elements whose content is text and no tags. */
const rawText = new Set(["script", "style", "textarea", "title", "template", "noscript"])

/** The tags of a page in their order, without those in comments and in the text of scripts. */
export function tagsOf(html: string): Tag[] {
  const tags: Tag[] = []
  const lower = html.toLowerCase()
  let at = html.indexOf("<")
  while (at >= 0) {
    if (html.startsWith("<!--", at)) {
      const end = html.indexOf("-->", at + 4)
      if (end < 0) break
      at = html.indexOf("<", end)
      continue
    }
    if (!/[a-z]/.test(lower.charAt(at + 1))) {
      at = html.indexOf("<", at + 1)
      continue
    }
    const end = endOfTag(html, at)
    if (end < 0) break
    const tag = tagIn(html.slice(at + 1, end))
    tags.push(tag)
    const closed = rawText.has(tag.name) ? lower.indexOf(`</${tag.name}`, end) : end
    if (closed < 0) break
    at = html.indexOf("<", closed + 1)
  }
  return tags
}

/** The position of the `>` that ends a tag: one in quotes does not. */
function endOfTag(html: string, start: number): number {
  let quote = ""
  for (let at = start; at < html.length; at++) {
    const character = html.charAt(at)
    if (quote !== "") quote = character === quote ? "" : quote
    else if (character === ">") return at
    else if ((character === '"' || character === "'") && /[=\s]/.test(html.charAt(at - 1))) quote = character
  }
  return -1
}

const attribute = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g

function tagIn(text: string): Tag {
  const name = /^[a-z][a-z0-9-]*/i.exec(text)?.[0].toLowerCase() ?? ""
  const attributes: Record<string, string> = Object.create(null)
  for (const [, key = "", double, single, bare] of text.slice(name.length).matchAll(attribute))
    attributes[key.toLowerCase()] ??= decoded(double ?? single ?? bare ?? "")
  return { name, attributes }
}

const entities: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", apos: "'", "#39": "'", "#x27": "'", "#x2f": "/" },
}

/** Text with the entities that addresses and error pages are written with. */
export function decoded(text: string): string {
  return text.replaceAll(/&(#?\w{1,6});/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole)
}

/** The policy that a page states for itself. */
export function metaPolicy(tags: readonly Tag[]): string | undefined {
  const found = tags.find(
    ({ name, attributes }) =>
      name === "meta" && attributes["http-equiv"]?.toLowerCase() === "content-security-policy",
  )
  return found?.attributes.content
}

/** Addresses that a browser goes to from a page, or that somebody follows; not those of pictures and sound. */
export function addressesIn(tags: readonly Tag[]): string[] {
  return tags.flatMap(({ name, attributes }) => {
    const { href, src, action, method = "get" } = attributes
    if (name === "a" || name === "area" || name === "link") return href ?? []
    if (name === "script" || name === "iframe" || name === "frame") return src ?? []
    return name === "form" && method.toLowerCase() === "get" ? (action ?? []) : []
  })
}

/** What a page loads, or sends, without TLS: browsers refuse it, or show the page as unsafe. */
export interface Insecure {
  readonly tag: string
  readonly address: string
  /** It is shown, and cannot act. */
  readonly passive: boolean
}

const passive = new Set(["img", "audio", "video", "source"])
const loading = new Set(["stylesheet", "preload", "modulepreload", "manifest", "icon"])

export function insecureIn(tags: readonly Tag[]): Insecure[] {
  return tags.flatMap(({ name, attributes }) => {
    const address = loadedBy(name, attributes)?.trim()
    return address !== undefined && /^http:\/\//i.test(address)
      ? [{ tag: name, address: withoutParameters(address), passive: passive.has(name) }]
      : []
  })
}

/** Without who asks, and for what: a key may stand there. */
const withoutParameters = (address: string): string =>
  address
    .replace(/[?#].*$/s, "")
    .replace(/^(https?:\/\/)[^/]*@/i, "$1")
    .slice(0, 200)

function loadedBy(
  name: string,
  { src, href, action, data, rel = "" }: Tag["attributes"],
): string | undefined {
  if (name === "form") return action
  if (name === "object") return data
  if (name === "link")
    return rel
      .toLowerCase()
      .split(/\s+/)
      .some((one) => loading.has(one))
      ? href
      : undefined
  return ["script", "iframe", "frame", "embed"].includes(name) || passive.has(name) ? src : undefined
}
