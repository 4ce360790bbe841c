/** A language as people write it; anything else isn't shown. */
const language = /^[\w+#.-]{1,20}$/
/** A code block as the sanitizer leaves it. Such a tag in an untrusted text is escaped. */
const begin = /<pre tabindex="0"><code(?: class="language-([^"]*)")?>/g
const end = "</code></pre>"

const button =
  '<button class="button quiet scripted" type="button" data-copy=""><span>Copy</span></button>'

/** Returns the attribute that keeps a code block's language through the sanitizer. */
export function languageClass(name: string): string {
  return language.test(name) ? ` class="language-${name}"` : ""
}

/** Puts its language and a button to copy it above each code block of sanitized HTML. */
export function withCodeHeads(html: string): string {
  return html
    .replace(begin, (pre, name = "") => {
      const head = `<div class="code-head"><span>${name}</span>${button}</div>`
      return `<div class="code">${head}${pre}`
    })
    .replaceAll(end, `${end}</div>`)
}
