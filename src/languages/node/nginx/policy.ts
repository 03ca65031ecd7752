/** The Content-Security-Policy of the built-in nginx configuration, by the pages that it serves. */
import { createHash } from "node:crypto"

/** More hashes make a header that proxies refuse: generators such as Next.js write other scripts into every page. */
const mostHashes = 40

/** What the pages run inside themselves. */
export interface InlineScripts {
  /** SHA-256 of each script, in base64, as a policy names it. */
  readonly hashes: readonly string[]
  /** Handlers in attributes (`onclick`) and `javascript:` addresses, which no hash allows. */
  readonly hasHandlers: boolean
}

const comment = /<!--[\s\S]*?-->/g
const script = /<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi
const handler = /<[a-z][^>]*\s(?:on[a-z]+\s*=|(?:href|src|action)\s*=\s*["']?\s*javascript:)/i

/** Types that a browser runs; others are data blocks, which no policy concerns. */
const runnable = /^(?:|module|importmap|speculationrules|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i

/** The inline scripts of pages. */
export function inlineScripts(pages: readonly string[]): InlineScripts {
  const hashes = new Set<string>()
  let hasHandlers = false
  for (const page of pages) {
    // A browser runs a script of a comment for old versions of Internet Explorer as little as any other.
    const html = page.replaceAll(comment, "")
    for (const [, attributes = "", content = ""] of html.matchAll(script)) {
      const type = /\btype\s*=\s*["']?([^"'\s>]*)/i.exec(attributes)?.[1] ?? ""
      if (/\ssrc\s*=/i.test(attributes) || content === "" || !runnable.test(type)) continue
      // Browsers hash what is left after line ends have become single line feeds.
      hashes.add(createHash("sha256").update(content.replaceAll(/\r\n?/g, "\n")).digest("base64"))
    }
    hasHandlers ||= handler.test(html.replaceAll(script, ""))
  }
  return { hashes: [...hashes].sort(), hasHandlers }
}

/**
 * Scripts come from the site itself, and inline ones are those that its pages have: by hash, or by `unsafe-inline` where
 * hashes cannot name them. Styles may be inline, images and fonts `data:`, and data may come from other hosts by TLS: what
 * common generators write would not work otherwise.
 */
export function contentSecurityPolicy({ hashes, hasHandlers }: InlineScripts): string {
  const inline =
    hasHandlers || hashes.length > mostHashes ? ["'unsafe-inline'"] : hashes.map((hash) => `'sha256-${hash}'`)
  return [
    "default-src 'self'",
    ["script-src 'self'", ...inline].join(" "),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: https:",
    "font-src 'self' data:",
    "connect-src 'self' https: wss:",
    "object-src 'none'",
    "base-uri 'self'",
    "frame-ancestors 'none'",
  ].join("; ")
}
