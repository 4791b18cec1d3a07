#!/usr/bin/env node
// The page of a person in a real browser: Debian's Chromium against the gateway and its simulated neighbours.
//
// usage: node --test-reporter=spec run.mjs PASARELA FOLDER SCREENSHOTS [FLOW...]
//
// PASARELA is the program; FOLDER, a new one, keeps what its processes say; SCREENSHOTS gets a picture of each state. FLOW: only these files
// of flows/. Two are played at once. PASARELA_BROWSER_TOOLS is the folder with npm's node_modules, PASARELA_TEST_RADICALE a Radicale.
//
// Rule: nothing here knows how the page is made beyond the ids of its forms, its codes and what people read. Every state that a proof comes by is
// held against rules.mjs, and what goes on behind the pages against person.mjs: nothing leaves the origin, no console error.

import { spawn } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A flow mostly waits: two of them keep two cores busy. */
const AT_ONCE = 2

const [binary, folder, screenshots, ...wanted] = process.argv.slice(2)
if (!screenshots) {
  console.error('usage: run.mjs PASARELA FOLDER SCREENSHOTS [FLOW...]')
  process.exit(2)
}
if (wanted.length === 0) rmSync(screenshots, { recursive: true, force: true })
const flows = readdirSync(new URL('flows/', import.meta.url)).filter(name => name.endsWith('.mjs')).map(name => name.replace('.mjs', '')).sort()
const chosen = flows.filter(name => wanted.length === 0 || wanted.includes(name))
if (chosen.length === 1) await play(chosen[0])
else process.exitCode = await playAll(chosen)

/** One flow, in this process. */
async function play(name) {
  process.env.PASARELA_BINARY = resolve(binary)
  process.env.PASARELA_BROWSER_FOLDER = resolve(folder)
  process.env.PASARELA_SCREENSHOTS = resolve(screenshots)
  await import(new URL(`flows/${name}.mjs`, import.meta.url))
}

/** Each flow in a process of its own, with a browser of its own; what it says comes when it has ended. */
async function playAll(names) {
  let failed = names.length === 0 ? 1 : 0
  const waiting = [...names]
  const player = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      const { code, said } = await apart(name)
      console.log(`\n--- ${name}\n${said}`)
      if (code !== 0) failed = 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, player))
  return failed
}

function apart(name) {
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), binary, folder, screenshots, name], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', part => said.push(part))
  return new Promise(done => child.once('close', code => done({ code, said: Buffer.concat(said).toString() })))
}
