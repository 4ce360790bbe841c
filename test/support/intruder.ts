/**
 * A program that tries to act for the user: it asks for every change that its argument lists, and
 * prints what each was answered. Arguments: a URL, and JSON `[[method, path, body?], …]`.
 */
export type Attempt = [method: string, path: string, body?: unknown]

const [url = "", attempts = "[]"] = process.argv.slice(2)

async function ask([method, path, body]: Attempt): Promise<number> {
  const headers: Record<string, string> =
    method === "GET"
      ? { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" }
      : { "Content-Type": "application/json", Origin: url, "Sec-Fetch-Site": "same-origin" }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  return (await fetch(url + path, init)).status
}

const answers: Record<string, number> = {}
for (const it of JSON.parse(attempts) as Attempt[]) answers[`${it[0]} ${it[1]}`] = await ask(it)
process.stdout.write(JSON.stringify(answers))
