#!/usr/bin/env node
// The page of a person in a real browser: Debian's Chromium against the gateway and its simulated neighbours.
//
// usage: node --test-reporter=spec run.mjs PASARELA FOLDER SCREENSHOTS [FLOW...]
//
// PASARELA is the program; FOLDER, a new one, keeps what its processes say; SCREENSHOTS gets a picture of each state. FLOW: only these files
// of flows/. PASARELA_BROWSER_TOOLS is the folder with npm's node_modules, PASARELA_TEST_RADICALE a Radicale.
//
// Rule: nothing here knows how the page is made beyond the ids of its forms, its codes and what people read. Every state that a proof comes by is
// held against rules.mjs, and what goes on behind the pages against person.mjs: nothing leaves the origin, no console error.

import { readdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

const [binary, folder, screenshots, ...wanted] = process.argv.slice(2)
if (!screenshots) {
  console.error('usage: run.mjs PASARELA FOLDER SCREENSHOTS [FLOW...]')
  process.exit(2)
}
process.env.PASARELA_BINARY = resolve(binary)
process.env.PASARELA_BROWSER_FOLDER = resolve(folder)
process.env.PASARELA_SCREENSHOTS = resolve(screenshots)
if (wanted.length === 0) rmSync(screenshots, { recursive: true, force: true })
const flows = readdirSync(new URL('flows/', import.meta.url)).filter(name => name.endsWith('.mjs')).sort()
for (const name of flows.filter(name => wanted.length === 0 || wanted.includes(name.replace('.mjs', '')))) {
  await import(new URL(`flows/${name}`, import.meta.url))
}
