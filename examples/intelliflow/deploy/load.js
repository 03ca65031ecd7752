/** People pay. k6 run -e BASE_URL=http://127.0.0.1:8080 load.js */
import { check, sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'

const base = (__ENV.BASE_URL || 'http://127.0.0.1:8080').replace(/\/+$/, '')

/** Stops before any load where there is nothing to be loaded. */
export function setup() {
  const response = http.get(`${base}/api/version`, options('version'))
  if (response.status !== 200) exec.test.abort(`${base}/api/version answered ${response.status || response.error}`)
}

export default function () {
  const amountCents = 100 + (exec.scenario.iterationInTest % 100) * 10
  const body = JSON.stringify({ account: `load-${exec.vu.idInTest}`, amountCents, country: 'DE', hour: 12 })
  const { tags, timeout } = options('decide')
  const headers = { 'content-type': 'application/json' }
  const decided = http.post(`${base}/api/decisions`, body, { tags, timeout, headers })
  check(decided, {
    'a decision': (r) => r.status === 200,
    'by a score': (r) => r.status === 200 && r.json('outcome') === 'APPROVED',
  })
  sleep(0.2 + Math.random() * 0.6)
}

function options(name) {
  return { tags: { name }, timeout: '10s' }
}
