// A flow: one stage, and what is proved on it, one after the other. Whatever fails says what was on the pages.

import { after, before, describe, test } from 'node:test'
import { join } from 'node:path'

import { Person } from './person.mjs'
import { Stage } from './stage.mjs'
import { chromium } from './tools.mjs'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

let running

/** The one Chromium of the whole run: Debian's own. */
async function browser() {
  running ??= chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  return running
}

after(async () => (await running)?.close())

/** `settings` are of the gateway's environment, without PASARELA_; `neighbours` start what the simulators don't play. */
export function flow(name, settings, proofs, ...neighbours) {
  describe(name, () => {
    const cast = { people: [] }
    before(async () => {
      cast.stage = await staged(name, settings, neighbours)
    })
    after(async () => cast.stage?.close())
    proofs((sentence, proof) => prove(cast, sentence, proof))
  })
}

/** node --test hides why a stage did not open: the proofs on it are merely cancelled. */
async function staged(name, settings, neighbours) {
  const folder = join(process.env.PASARELA_BROWSER_FOLDER, name.replace(/\W+/g, '_'))
  try {
    return await Stage.open(process.env.PASARELA_BINARY, folder, settings, neighbours)
  } catch (why) {
    console.error(`\n--- the stage of «${name}» did not open: ${why.stack}\n---`)
    throw why
  }
}

function prove(cast, sentence, proof) {
  test(sentence, { timeout: 120_000 }, async () => {
    const { stage } = cast
    await stage.calm()
    const person = async (kind = 'phone', { client = stage.client(), ...more } = {}) => {
      const one = await Person.arrive(await browser(), stage, client, kind, more)
      cast.people.push(one)
      return one
    }
    try {
      await proof({ stage, person })
      for (const one of cast.people) one.unsuspected()
    } catch (why) {
      for (const one of cast.people) await confess(one, sentence)
      throw why
    } finally {
      for (const one of cast.people.splice(0)) await one.leaves().catch(() => {})
    }
  })
}

/** What was on the pages when something failed. */
async function confess(person, sentence) {
  for (const [at, page] of person.context.pages().entries()) {
    person.page = page
    const path = await person.picture(`failed.${sentence}.${at}`).catch(() => 'no picture')
    const text = await page.locator('body').innerText({ timeout: 2000 }).catch(why => `(${why.message})`)
    console.error(`\n--- when «${sentence}» failed, ${person.kind} stood at ${page.url()} (${path}):\n${text}\n---`)
  }
  if (person.faults.length) console.error(person.faults.join('\n'))
}
