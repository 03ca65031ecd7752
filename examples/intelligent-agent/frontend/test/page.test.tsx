import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test } from 'vitest'
import { App } from '../src/App.tsx'
import { FakeApi, problem } from './fake-api.ts'

let api: FakeApi
const person = userEvent.setup()

beforeEach(() => {
  api = new FakeApi()
})

function open(path: string): void {
  window.history.replaceState(null, '', path)
  render(<App />)
}

/** Takes the back button's way: the browser changes the address and tells the page. */
function back(path: string): void {
  window.history.replaceState(null, '', path)
  window.dispatchEvent(new PopStateEvent('popstate'))
}

describe('the first page', () => {
  test('shows what agents can do, who is there, and which version runs', async () => {
    api.agent('Ada')
    open('/')
    expect(await screen.findByRole('link', { name: 'Ada' })).toHaveProperty('pathname', '/agents/agent-1')
    expect(await screen.findByText('“What is 6 * 7?”')).toBeTruthy()
    expect(await screen.findByText('1.2.3')).toBeTruthy()
  })

  test('says when there is nobody yet', async () => {
    open('/')
    expect(await screen.findByText('None yet.')).toBeTruthy()
  })

  test('asks only for agents that people made', async () => {
    open('/')
    await screen.findByText('None yet.')
    expect(api.sent.map((request) => request.path)).toContain('/api/agents?purpose=user&limit=20')
  })

  test('shows more agents when asked', async () => {
    for (let n = 1; n <= 25; n++) api.agent(`Agent ${n}`)
    open('/')
    const more = await screen.findByRole('button', { name: 'Show more' })
    expect(screen.queryByText('Agent 21')).toBeNull()
    await person.click(more)
    expect(await screen.findByText('Agent 25')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull()
  })

  test('keeps what it has when there is no more to be had', async () => {
    for (let n = 1; n <= 21; n++) api.agent(`Agent ${n}`)
    open('/')
    const more = await screen.findByRole('button', { name: 'Show more' })
    api.answer(/cursor/, problem(500, 'The server could not answer this request.'))
    await person.click(more)
    expect((await screen.findByRole('alert')).textContent).toContain('could not answer')
    expect(screen.getByText('Agent 20')).toBeTruthy()
  })
})

describe('a new agent', () => {
  test('gets the chosen skills and is opened', async () => {
    open('/')
    await person.click(await screen.findByRole('button', { name: 'New agent' }))
    await person.type(screen.getByLabelText('Name'), 'Grace')
    await person.click(screen.getByLabelText('Memory'))
    await person.click(screen.getByRole('button', { name: 'Create agent' }))
    expect(await screen.findByRole('heading', { name: 'Grace' })).toBeTruthy()
    expect(api.agents).toMatchObject([{ name: 'Grace', skills: ['arithmetic'] }])
    expect(window.location.pathname).toBe('/agents/agent-1')
    expect(await screen.findByRole('link', { name: 'Grace', current: 'page' })).toBeTruthy()
  })

  test('a refusal names the reason and keeps the form', async () => {
    open('/')
    await person.click(await screen.findByRole('button', { name: 'New agent' }))
    await person.type(screen.getByLabelText('Name'), 'x')
    api.answer(/agents$/, problem(400, 'The request does not have the expected form.', [{ detail: 'Too short.' }]))
    await person.click(screen.getByRole('button', { name: 'Create agent' }))
    expect((await screen.findByRole('alert')).textContent).toContain('Too short.')
    expect(screen.getByRole('button', { name: 'Create agent' })).toBeTruthy()
  })
})

describe('a conversation', () => {
  test('starts with the first message, and is there again later', async () => {
    const { id } = api.agent('Ada')
    open(`/agents/${id}`)
    await person.type(await screen.findByLabelText('Message'), 'Hello')
    await person.click(screen.getByRole('button', { name: 'Send' }))
    expect(await screen.findByText('Echo: Hello')).toBeTruthy()
    expect(screen.getByLabelText('Message')).toHaveProperty('value', '')
    await person.type(screen.getByLabelText('Message'), 'Again{Enter}')
    expect(await screen.findByText('Echo: Again')).toBeTruthy()
    expect(api.sent.filter(({ method, path }) => method === 'POST' && path.endsWith('conversations'))).toHaveLength(1)

    back('/')
    await waitFor(() => { expect(screen.queryByText('Echo: Hello')).toBeNull() })
    await person.click(screen.getByRole('link', { name: 'Ada' }))
    expect(await screen.findByText('Echo: Again')).toBeTruthy()
  })

  test('an example can be taken over', async () => {
    open(`/agents/${api.agent('Ada', ['arithmetic']).id}`)
    await person.click(await screen.findByRole('button', { name: 'What is 6 * 7?' }))
    expect(screen.getByLabelText('Message')).toHaveProperty('value', 'What is 6 * 7?')
    expect(screen.queryByRole('button', { name: 'Remember that the deadline is Friday' })).toBeNull()
  })

  test('a message that could not be sent is not lost', async () => {
    open(`/agents/${api.agent('Ada').id}`)
    await person.type(await screen.findByLabelText('Message'), 'Important')
    api.answer(/messages$/, problem(409, 'The limit of 1000 messages is reached.'))
    await person.click(screen.getByRole('button', { name: 'Send' }))
    expect((await screen.findByRole('alert')).textContent).toContain('The limit of 1000 messages is reached.')
    expect(screen.getByLabelText('Message')).toHaveProperty('value', 'Important')
  })
})

describe('removing', () => {
  test('an agent leads back to the first page', async () => {
    api.agent('Ada')
    open(`/agents/${api.agent('Eve').id}`)
    await screen.findByRole('heading', { name: 'Eve' })
    await person.click(screen.getByRole('button', { name: 'Remove' }))
    await waitFor(() => { expect(screen.queryByRole('link', { name: 'Eve' })).toBeNull() })
    expect(window.location.pathname).toBe('/')
    expect(await screen.findByRole('link', { name: 'Ada' })).toBeTruthy()
  })

  test('what could not be removed stays', async () => {
    const { id } = api.agent('Ada')
    open(`/agents/${id}`)
    await screen.findByRole('heading', { name: 'Ada' })
    api.answer(/agent-1$/, problem(503, 'Changes are switched off for the moment; reading works.'))
    await person.click(screen.getByRole('button', { name: 'Remove' }))
    expect((await screen.findByRole('alert')).textContent).toContain('switched off')
    expect(window.location.pathname).toBe('/agents/agent-1')
  })
})

describe('when something is not there', () => {
  test('an unknown agent', async () => {
    open('/agents/gone')
    expect(await screen.findByText('This agent is gone.')).toBeTruthy()
  })

  test('an unknown page', async () => {
    open('/nothing/here')
    expect(await screen.findByText('There is no such page.')).toBeTruthy()
  })

  test('the service, and then it is back', async () => {
    const down = () => [1, 2, 3].map(() => new TypeError('failed to fetch'))
    api.answer(/skills/, ...down())
    api.answer(/health/, problem(503, 'the heap is full'))
    open('/')
    const notice = await screen.findByRole('alert', {}, { timeout: 3000 })
    expect(notice.textContent).toContain('The server cannot be reached.')
    expect(screen.getByText('Service unavailable')).toBeTruthy()
    await person.click(within(notice).getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('None yet.')).toBeTruthy()
  })

  test('one agent for a moment', async () => {
    const { id } = api.agent('Ada')
    api.answer(/agents\/agent-1$/, problem(500, 'The server could not answer this request.'))
    open(`/agents/${id}`)
    await person.click(await screen.findByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('heading', { name: 'Ada' })).toBeTruthy()
  })
})

test('a link with a modifier key is left to the browser', async () => {
  api.agent('Ada')
  open('/')
  const link = await screen.findByRole('link', { name: 'Ada' })
  link.addEventListener('click', (event) => { event.preventDefault() })
  await person.keyboard('{Control>}')
  await person.click(link)
  expect(window.location.pathname).toBe('/')
})
