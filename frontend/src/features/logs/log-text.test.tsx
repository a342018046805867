import { render } from '@testing-library/react'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ansiSpans, withoutAnsi } from './ansi'
import { matcher } from './highlight'
import { LogText } from './log-text'
import { isPlain } from './visible-text'

describe('colours', () => {
  test.each([
    [
      '\u001b[31mred\u001b[0m',
      [{ text: 'red', style: { colour: { kind: 'named', name: 'red', isBright: false } } }],
    ],
    [
      '\u001b[1;4mb\u001b[22mu\u001b[mp',
      [
        { text: 'b', style: { isBold: true, isUnderlined: true } },
        { text: 'u', style: { isUnderlined: true } },
        { text: 'p', style: {} },
      ],
    ],
    ['\u001b[38;5;196mx', [{ text: 'x', style: { colour: { kind: 'rgb', red: 255, green: 0, blue: 0 } } }]],
    [
      '\u001b[48;2;1;2;300mx',
      [{ text: 'x', style: { background: { kind: 'rgb', red: 1, green: 2, blue: 255 } } }],
    ],
    ['\u001b[38;5;999mx', [{ text: 'x', style: {} }]],
    ['\u001b[2Kx', [{ text: '\u001b[2Kx', style: {} }]],
    ['', [{ text: '', style: {} }]],
  ])('%j', (text, spans) => {
    expect(ansiSpans(text)).toEqual(spans)
  })

  test('no text is lost or made, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string(), fc.constantFrom('\u001b[1m', '\u001b[38;5;', '\u001b[', 'm', ';', '31')),
        ),
        (parts) => {
          const text = parts.join('')
          // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a sequence
          expect(withoutAnsi(text)).toBe(text.replace(/\u001b\[[\d;:]{0,64}m/g, ''))
        },
      ),
    )
  })

  test('sixty-four kibibytes of sequences take no time', () => {
    const started = performance.now()
    ansiSpans('\u001b[1mx'.repeat(13_000))
    ansiSpans(`\u001b[${'1;'.repeat(32_000)}m`)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('text', () => {
  test('is shown as text, with signs for what would act, whatever is marked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ maxLength: 3 }), (text, q) => {
        const { container, unmount } = render(<LogText text={text} find={matcher(q, false)} />)
        expect(isPlain(container.textContent ?? '')).toBe(true)
        if (isPlain(text)) expect(container.textContent).toBe(text)
        expect([...container.querySelectorAll('*')].every((each) => /^(SPAN|MARK)$/.test(each.tagName))).toBe(
          true,
        )
        unmount()
      }),
      { numRuns: 200 },
    )
  })

  test('marks go across colours', () => {
    const { container } = render(
      <LogText text={'a \u001b[31mlo\u001b[0mng word'} find={matcher('LONG', false)} />,
    )
    expect([...container.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual(['lo', 'ng'])
    expect(container.textContent).toBe('a long word')
  })
})

describe('matches', () => {
  test.each([
    ['a.b', false, 'xa.b A.B axb', [[1, 4], [5, 8]]], // biome-ignore format: pairs
    ['a.b', true, 'xa.b axb', [[1, 4], [5, 8]]], // biome-ignore format: pairs
    ['(', true, 'x(', []],
    ['x*', true, 'yyy', []],
    ['(a+)+$', true, `${'a'.repeat(40)}!`, []],
  ])('%j (regular expression: %s) in %j', (q, isRegex, text, found) => {
    expect(matcher(q, isRegex)(text)).toEqual(found)
  })
})
