/** People look at the page and ask for prices of one product. k6 run -e BASE_URL=http://127.0.0.1:8080 load.js */
import { check, sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'

const base = (__ENV.BASE_URL || 'http://127.0.0.1:8080').replace(/\/+$/, '')
const sku = 'load-test'

/** The product is made once and stays. Stops before any load where there is nothing to be loaded. */
export function setup() {
  const known = http.get(`${base}/api/products`, options('products'))
  if (known.status !== 200) exec.test.abort(`${base}/api/products answered ${known.status || known.error}`)
  if (known.json('items').some((one) => one.sku === sku)) return
  const made = post('/api/products', { sku, name: 'Load test', unit_cost_cents: 1800 }, 'make a product')
  if (made.status !== 201) exec.test.abort(`the product could not be made: ${made.status} ${made.body}`)
}

export default function () {
  check(http.get(`${base}/`, options('page')), { 'the page': (r) => r.status === 200 })
  sleep(0.2 + Math.random() * 0.6)
  const quote = post('/api/quotes', { sku, competitor_price_cents: 2000 + exec.scenario.iterationInTest }, 'quote')
  check(quote, {
    'a price': (r) => r.status === 201,
    'above the cost': (r) => r.status === 201 && r.json('price_cents') > 1800,
  })
  sleep(0.2 + Math.random() * 0.6)
}

function post(path, body, name) {
  const { tags, timeout } = options(name)
  const headers = { 'content-type': 'application/json' }
  return http.post(`${base}${path}`, JSON.stringify(body), { tags, timeout, headers })
}

function options(name) {
  return { tags: { name }, timeout: '10s' }
}
