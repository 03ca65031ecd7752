import { describe, expect, test } from 'vitest'
import { answer, skillNames } from '../src/skills/index.ts'

const say = (text: string, earlier: readonly string[] = []) => answer(skillNames, text, { earlier })

describe('arithmetic', () => {
  test.each([
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['What is 10 - 4 - 3?', '3'],
    ['calculate 2 * -3', '-6'],
    ['8 / 4 / 2 =', '1'],
    ['0.1 + 0.2', '0.3'],
  ])('%s', (question, result) => {
    expect(say(question)).toMatchObject({ skill: 'arithmetic' })
    expect(say(question).text.split(' = ')[1]).toBe(result)
  })

  test('says what it cannot work out', () => {
    expect(say('1 / 0').text).toBe('That divides by zero.')
    for (const broken of ['(1 + 2', '1 + 2)', '1 + * 2 /', '1..5 + 1']) {
      expect(say(broken).text).toBe('I cannot read that as a calculation.')
    }
  })

  test('leaves a plain number and words alone', () => {
    expect(say('42').skill).toBe('smalltalk')
    expect(say('two + two').skill).toBe('smalltalk')
  })

  test('a long hostile text is answered at once', () => {
    const started = performance.now()
    say(`1${' '.repeat(1990)}x`)
    say('('.repeat(1990) + '1 + 1')
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('checklist', () => {
  test('makes steps of a list', () => {
    expect(say('Plan: write tests, review them and ship.').text).toBe('1. Write tests\n2. Review them\n3. Ship')
    expect(say('todo: rest').text).toBe('1. Rest')
  })
  test('wants something to do', () => {
    expect(say('plan: ,').skill).toBe('smalltalk')
  })
})

describe('summary', () => {
  test('counts, and names what comes up most', () => {
    const text = 'Summarise: The release went out. The release was checked, and tests passed.'
    expect(say(text).text).toBe('11 words in 2 sentences. It is mostly about release, went, out.')
    expect(say('summarize it').text).toBe('1 word in 1 sentence.')
  })
})

describe('memory', () => {
  test('confirms, recalls, and lets a fact be corrected', () => {
    expect(say('Remember my name is Ada').text).toBe('I will remember that name is Ada.')
    const earlier = ['Remember my name is Ada', 'Remember that my name is Grace!']
    expect(say('Who is my name?', earlier).text).toBe('You told me: name is Grace.')
  })
  test('does not make things up', () => {
    expect(say('What is the answer?', ['Remember the question is hard']).skill).toBe('smalltalk')
  })
})

test('an agent without skills says so', () => {
  expect(answer([], 'hello', { earlier: [] }).text).toContain('I have no skills yet.')
})
