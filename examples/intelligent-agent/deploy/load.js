/**
 * What people do: look around, make an agent, talk with it, read what was said, and remove it.
 * How many of them and for how long, and what counts as good enough, comes from the environment's load profile and
 * objectives; nothing of that stands here.
 *
 * k6 run -e BASE_URL=http://127.0.0.1:8080 load.js
 */
import { check, group, sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'

const base = (__ENV.BASE_URL || 'http://127.0.0.1:8080').replace(/\/+$/, '')
const profile = __ENV.PROFILE || 'none'

const questions = [
  { text: 'What is 12 * (3 + 4)?', reply: '12 * (3 + 4) = 84' },
  { text: 'Plan: write the tests, review them and ship', reply: '1. Write the tests\n2. Review them\n3. Ship' },
  { text: 'Remember that the deadline is Friday', reply: 'I will remember that deadline is Friday.' },
]

/** Stops before any load where there is nothing to be loaded. */
export function setup() {
  const response = http.get(`${base}/api/health`, options('preflight', 'GET /api/health'))
  if (response.status !== 200) {
    exec.test.abort(`${base}/api/health answered ${response.status || response.error}`)
  }
  return { run: `load ${profile} ${Date.now()}` }
}

export default function (data) {
  group('look around', () => {
    expect(http.get(`${base}/`, options('page', 'GET /')), 200, 'the page')
    expect(http.get(`${base}/api/skills`, options('skills', 'GET /api/skills')), 200, 'skills')
    const list = http.get(`${base}/api/agents?purpose=user&limit=20`, options('list', 'GET /api/agents'))
    expect(list, 200, 'agents')
  })
  pause()

  const agent = group('create an agent', () => {
    const body = { name: `${data.run} ${exec.vu.idInTest}/${exec.vu.iterationInScenario}`, purpose: 'test' }
    const made = post('/api/agents', body, options('create', 'POST /api/agents'))
    return expect(made, 201, 'agent created') ? made.json() : null
  })
  // Without an agent there is nobody to talk with; the failed check has been counted.
  if (agent === null) return
  pause()

  group('talk', () => talk(agent.id))

  group('tidy up', () => {
    const gone = http.del(`${base}/api/agents/${agent.id}`, null, options('remove', 'DELETE /api/agents/:id'))
    expect(gone, 204, 'agent removed')
  })
}

/** Removes what iterations left behind that were cut short at the end. */
export function teardown(data) {
  for (const agent of ownAgents(data.run)) {
    http.del(`${base}/api/agents/${agent.id}`, null, options('cleanup', 'DELETE /api/agents/:id'))
  }
}

function talk(agentId) {
  const started = post(
    `/api/agents/${agentId}/conversations`,
    { title: 'Load test' },
    options('start', 'POST /api/agents/:id/conversations'),
  )
  if (!expect(started, 201, 'conversation started')) return
  const messages = `/api/conversations/${started.json('id')}/messages`
  for (const { text, reply } of questions) {
    const said = post(messages, { text }, options('message', 'POST /api/conversations/:id/messages'))
    if (expect(said, 201, 'message sent')) check(said, { 'the right reply': (r) => r.json('reply.text') === reply })
    pause()
  }
  const read = http.get(`${base}${messages}?limit=100`, options('read', 'GET /api/conversations/:id/messages'))
  if (expect(read, 200, 'messages read')) {
    check(read, { 'nothing is missing': (r) => r.json('items').length === 2 * questions.length })
  }
}

function ownAgents(run) {
  const own = []
  let cursor = ''
  do {
    const url = `${base}/api/agents?purpose=test&limit=100${cursor && `&cursor=${cursor}`}`
    const response = http.get(url, options('cleanup', 'GET /api/agents'))
    if (response.status !== 200) return own
    const page = response.json()
    own.push(...page.items.filter((agent) => agent.name.startsWith(run)))
    cursor = page.next || ''
  } while (cursor !== '')
  return own
}

function post(path, body, params) {
  return http.post(`${base}${path}`, JSON.stringify(body), { ...params, headers: { 'content-type': 'application/json' } })
}

/** `step` is for reports; `name` keeps addresses with ids from becoming a series each. */
function options(step, name) {
  return { tags: { step, name, profile }, timeout: '10s' }
}

function expect(response, status, what) {
  return check(response, { [what]: (r) => r.status === status })
}

/** People need a moment between two clicks. */
function pause() {
  sleep(0.2 + Math.random() * 0.6)
}
