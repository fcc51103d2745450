// The headers of the page's files, in Cloudflare's `_headers` format. Answers of the Worker bring their own.
const policy = (origins) => [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  // The page reads public repositories from GitHub by itself.
  `connect-src 'self' ${origins.map(origin).join(' ')}`,
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
]

/** An address with nothing that could end its place in the header. `*` stands for any port of this machine. */
function origin(text) {
  if (/^https?:\/\/[\w.:[\]-]+(:\*)?$/.test(text)) return text
  throw new Error(`${text} is no origin that the page may talk to`)
}

/** `origins` are those that the page may talk to besides its own. */
export const headers = (origins) => `/*
  Content-Security-Policy: ${policy(origins).join('; ')}
  Cross-Origin-Opener-Policy: same-origin
  Referrer-Policy: same-origin
  Strict-Transport-Security: max-age=31536000
  X-Content-Type-Options: nosniff
  X-Frame-Options: DENY

/assets/*
  Cache-Control: public, max-age=31536000, immutable
`
