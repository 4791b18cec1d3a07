// A judge that sees no evil is no judge: each rule is shown a page that breaks it, and one that does not.

import assert from 'node:assert/strict'

import { flow } from '../play.mjs'
import { accessible, shape, silent } from '../rules.mjs'
import { until } from '../wait.mjs'

/** A page of ours that anybody may open. */
const PAGE = '/oauth/google/status'

const EVILS = [
  ['a target that is too small', 'button', 'width:30px;min-height:0;height:30px', /a target of 30.0 by 30.0/],
  ['a page that is too wide', 'div', 'width:500px', /scrolls sideways, 5\d\d of 390/],
  ['two titles', 'h1', '', /2 titles/],
  ['words that one can hardly see', 'p', 'color:#bbb;background:#fff', /color-contrast/],
  ['a field without a name', 'textarea', 'width:99px;height:50px', /axe critical label/],
  ['a picture without words', 'img', 'width:50px;height:50px', /image-alt/],
]

flow('the judge', {}, proves => {
  proves('a good page has no fault', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens(stage.gateway + PAGE)
    await ana.judge('link_expired.consent')
  })

  for (const [what, tag, style, fault] of EVILS) {
    proves(`${what} would be found`, async ({ stage, person }) => {
      const ana = await person()
      await ana.opens(stage.gateway + PAGE)
      await ana.page.evaluate(([tag, style]) => {
        const made = document.createElement(tag)
        made.append('words')
        // The policy of the page forbids styles in attributes, but not from a script.
        made.style.cssText = style
        document.querySelector('main').append(made)
      }, [tag, style])
      const found = [...await shape(ana.page), ...await accessible(ana.page)]
      assert.ok(found.some(one => fault.test(one)), found.join('\n') || 'nothing was found')
    })
  }

  proves('a phone, a key and a cookie on the page would be found', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens(stage.gateway + PAGE)
    await ana.page.evaluate(text => { document.querySelector('main').append(text) }, `${ana.client.phone} ${ana.client.key}`)
    const found = await silent(ana.page, ana.client.phone, ana.secrets)
    assert.match(found.join(), /the phone shows/)
    assert.match(found.join(), /a secret is on the page/)
    await ana.page.reload()
    assert.deepEqual(await silent(ana.page, ana.client.phone, ana.secrets), [])
  })

  proves('a request that leaves the origin, an error of a script and one of the policy would be noticed', async ({ stage, person }) => {
    const ana = await person()
    const noticed = async (pattern, does) => {
      await ana.opens(stage.gateway + PAGE)
      ana.faults.length = 0
      await does()
      await until(`${pattern} is noticed`, () => ana.faults.some(fault => pattern.test(fault)))
      ana.faults.length = 0
    }
    await noticed(/left the origin/, () => ana.opens(`${stage.puentes.url}/`))
    await noticed(/script: evil/, () => ana.page.evaluate(() => { setTimeout(() => { throw new Error('evil') }) }))
    await noticed(/Content Security Policy/, () => ana.page.evaluate(url => { fetch(url).catch(() => {}) }, `${stage.puentes.url}/`))
    await noticed(/console: evil/, () => ana.page.evaluate(() => console.error('evil')))
    await noticed(/^404 for/, () => ana.page.evaluate(() => { document.body.append(Object.assign(new Image(), { src: '/assets/none.svg', alt: '' })) }))
  })
})
