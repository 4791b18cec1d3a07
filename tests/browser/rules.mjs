// What holds for every page in every state. Each rule answers the faults that it found, in words.

import { axeSource } from './tools.mjs'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What of a page makes a difference to these rules: two alike need to be looked at once. */
const LIKENESS = () => {
  const words = document.body.innerText.replace(/\d+/g, '0')
  const shape = [...document.querySelectorAll('body *')].map(one => `${one.localName}.${one.getAttribute('class') ?? ''}#${one.id}`)
  return JSON.stringify([document.title, words, shape])
}

/** Accessibility by axe-core: no violation of whatever weight. */
export async function accessible(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  const found = await page.evaluate(tags => window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS)
  return found.violations.map(one => {
    const places = one.nodes.slice(0, 3).map(node => `${node.target.join(' ')} (${node.failureSummary?.replace(/\s+/g, ' ')})`)
    return `axe ${one.impact} ${one.id}: ${one.help}: ${places.join('; ')}`
  })
}

/** One title, no sideways scrolling, and all that is to be tapped is at least 44 by 44 CSS pixels, but links in running text. */
export async function shape(page) {
  return page.evaluate(() => {
    const faults = []
    const seen = box => box.width > 0 && box.height > 0
    const shown = one => seen(one.getBoundingClientRect()) && getComputedStyle(one).visibility === 'visible'
    const titles = [...document.querySelectorAll('h1')].filter(shown).length
    if (titles !== 1) faults.push(`${titles} titles (h1)`)
    const { scrollWidth } = document.scrollingElement
    const wide = document.documentElement.clientWidth
    if (scrollWidth > wide) {
      const out = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > wide + 1)
      faults.push(`scrolls sideways, ${scrollWidth} of ${wide}: ${out.slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join('; ')}`)
    }
    // A link among words of its own line may be as high as the line.
    const inText = one => one.localName === 'a' && getComputedStyle(one).display === 'inline' &&
      [...one.parentElement.childNodes].some(node => node.nodeType === 3 && node.textContent.trim().length > 1)
    for (const one of document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button], [tabindex="0"]')) {
      if (one.type === 'hidden' || one.disabled || inText(one)) continue
      // A box to tick is as large as the words that tick it. What only screen readers see until it has the focus is no target.
      const target = ['radio', 'checkbox'].includes(one.type) ? one.labels?.[0] ?? one : one
      const box = target.getBoundingClientRect()
      if (!shown(target) || (box.width <= 1 && box.height <= 1)) continue
      if (box.right <= 0 || box.bottom + scrollY <= 0) continue
      if (box.width < 43.99 || box.height < 43.99) {
        faults.push(`a target of ${box.width.toFixed(1)} by ${box.height.toFixed(1)}: ${one.outerHTML.slice(0, 160)}`)
      }
    }
    return faults
  })
}

/** Nothing of the phone but its last four digits; no secret of this person's in what the server wrote. */
export async function silent(page, phone, secrets) {
  const html = await page.content()
  const digits = phone.replace(/\D/g, '')
  const pieces = Array.from({ length: digits.length - 5 }, (_, at) => digits.slice(at, at + 6))
  const faults = pieces.filter(piece => html.includes(piece)).slice(0, 1).map(piece => `the phone shows: ${piece}`)
  // Written as it was typed, or as HTML writes it.
  const hidden = secrets.filter(secret => secret && (html.includes(secret) || html.includes(secret.replaceAll('"', '&quot;'))))
  return faults.concat(hidden.map(secret => `a secret is on the page: ${secret.slice(0, 4)}…`))
}

const looked = new Map()

/** What axe finds on this page as it is now; a page like one that was looked at before is known already. */
export async function accessibleOnce(page, dress) {
  const likeness = `${dress}${await page.evaluate(LIKENESS)}`
  if (!looked.has(likeness)) looked.set(likeness, await accessible(page))
  return looked.get(likeness)
}
