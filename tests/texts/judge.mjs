// Reads calendar objects as strictly as ical.js can: node judge.mjs NODE_MODULES FOLDER
//
// For each FOLDER/NAME.ics a line of JSON on standard output: {"name", "refused"} with the reason, or {"name", "said"}
// with the texts that were read.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [modules, folder] = process.argv.slice(2);
const ICAL = createRequire(join(resolve(modules), "here.js"))("ical.js");
ICAL.design.strict = true;
const TEXTS = ["uid", "summary", "description", "location"];

// What RFC 5545 lets a property hold besides its own type; of others ical.js knows the type or takes it for a text.
const TYPES = {
  dtstart: ["date", "date-time"], dtend: ["date", "date-time"], "recurrence-id": ["date", "date-time"],
  rdate: ["date", "date-time", "period"], exdate: ["date", "date-time"], trigger: ["duration", "date-time"],
  attach: ["uri", "binary"], conference: ["uri"], url: ["uri"], geo: ["float"], priority: ["integer"], sequence: ["integer"],
  rrule: ["recur"], dtstamp: ["date-time"], created: ["date-time"], "last-modified": ["date-time"],
};

// Where ical.js makes the best of a value, this does not. `raw` is the value as it came, in jCal's spelling.
function isWhole(type, value, raw) {
  switch (type) {
    case "uri": return /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]*$/.test(value);
    case "float": return [value].flat().every(Number.isFinite);
    case "date": case "date-time": return !Number.isNaN(Date.parse(raw));
    default: return true;
  }
}

function check(component) {
  for (const property of component.getAllProperties()) {
    const allowed = TYPES[property.name];
    if (allowed && !allowed.includes(property.type)) throw new Error(`${property.name} is a ${property.type}`);
    const values = property.getValues();
    const wrong = values.find((value, nth) => !isWhole(property.type, value, property.toJSON()[3 + nth]));
    if (wrong !== undefined) throw new Error(`${property.name} is no ${property.type}: ${wrong}`);
    property.toICALString();
  }
  component.getAllSubcomponents().forEach(check);
}

function read(text) {
  const root = new ICAL.Component(ICAL.parse(text));
  if (root.name !== "vcalendar") throw new Error(`the root is ${root.name}`);
  for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  check(root);
  const events = root.getAllSubcomponents("vevent");
  if (events.length === 0) throw new Error("there is no event");
  return events.map((event) => {
    const said = TEXTS.filter((name) => event.hasProperty(name)).map((name) => [name.toUpperCase(), event.getFirstPropertyValue(name)]);
    return Object.fromEntries(said);
  });
}

for (const file of readdirSync(folder).filter((file) => file.endsWith(".ics")).sort()) {
  const name = file.slice(0, -".ics".length);
  let answer;
  try {
    answer = { said: read(readFileSync(join(folder, file), "utf8")) };
  } catch (error) {
    answer = { refused: `${error.name}: ${error.message}`.slice(0, 600) };
  }
  console.log(JSON.stringify({ name, ...answer }));
}
