/**
 * Texts that would run a script or fetch something in a page that trusts them. Each calls `ran()` or
 * loads from `away`, a host that nothing may ask. By kind, as issue lists of such tools name them.
 */
export const away = "http://away.test"

const deep = (open: string, close: string, count: number) =>
  `${open.repeat(count)}deep${close.repeat(count)}`

export const hostileTexts: Record<string, string> = {
  script: `<script>ran()</script><script src="${away}/a.js"></script><scr<script>ipt>ran()</script>`,
  handlers: `<img src=x onerror=ran()> <body onload=ran()> <b onmouseover="ran()">b</b> <details open ontoggle=ran()>d</details> <input autofocus onfocus=ran()> <video><source onerror=ran()></video>`,
  "handlers that are broken up": `<img\tsrc=x\nonerror\n=\nran()> <img src="x" onerror="ran()"x> <img/src=x/onerror=ran()> <IMG SRC=x ONERROR=ran()>`,
  "javascript addresses": `[a](javascript:ran()) [b](JaVaScRiPt:ran()) [c](javascript&#58;ran()) [d](java\tscript:ran()) [e](<javascript:ran()>) [f](&#106;avascript:ran()) [g](vbscript:ran()) <a href="javascript:ran()">h</a> <javascript:ran()>`,
  "data addresses": `[a](data:text/html,<script>ran()</script>) ![b](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9InJhbigpIi8+) <iframe src="data:text/html,x"></iframe> <object data="data:text/html,x"></object>`,
  SVG: `<svg onload=ran()><script>ran()</script><a xlink:href="javascript:ran()"><text>t</text></a><image href="${away}/i.png"/><use href="${away}/u.svg#x"/><animate onbegin=ran() attributeName=x dur=1s></svg>`,
  MathML: `<math><mi xlink:href="javascript:ran()">m</mi><maction actiontype="statusline#${away}">x</maction><mtext><table><mglyph><style><img src=x onerror=ran()></style></mglyph></table></mtext></math>`,
  "nested Markdown": `[![a](${away}/i.png)](javascript:ran()) **[_\`x\`_](javascript:ran())** > # [b](javascript:ran()) \n\n- > - [![](javascript:ran())](${away}/j.png)`,
  "HTML in fences": `\`\`\`html\n<script>ran()</script>\n<img src=x onerror=ran()>\n\`\`\`\n\n\`\`\`"><script>ran()</script>\nx\n\`\`\`\n\n~~~<img src=x onerror=ran()>\nx\n~~~`,
  "reference links": `[a][x] ![b][y] [c]\n\n[x]: javascript:ran() "t"\n[y]: ${away}/ref.png\n[c]: data:text/html,ran "\\" onmouseover=ran() \\""`,
  attributes: `[a](https://example.org "\\" onmouseover=ran() x=\\"") [b](https://example.org/"onmouseover=ran()) ![c](${away}/x.png "\\" onerror=ran() \\"") https://example.org/"onmouseover="ran()`,
  CSS: `<style>body{background:url(${away}/css.png)}</style><p style="background:url(${away}/p.png)">p</p><link rel=stylesheet href="${away}/l.css"><div style="position:fixed;inset:0;z-index:9999">over</div>`,
  pictures: `![a](${away}/1.png) ![b](//away.test/2.png) <img src="${away}/3.png"> <picture><source srcset="${away}/4.png"></picture> <video poster="${away}/5.png"></video> <audio src="${away}/6.mp3" autoplay></audio>`,
  "frames and forms": `<iframe src="${away}/f" srcdoc="<script>parent.ran()</script>"></iframe><form action="${away}/form"><button>go</button></form><meta http-equiv="refresh" content="0;url=${away}/m"><base href="${away}/">`,
  htmx: `<div hx-get="${away}/hx" hx-trigger="load">h</div><div hx-on:click="ran()" hx-trigger="load" data-hx-get="/chat">i</div><hx-partial hx-target="#messages">gone</hx-partial><a hx-boost="true" href="/logout">j</a>`,
  "our own parts": `<article id="composer">x</article><form id="composer" action="${away}"></form><b data-follow="runs" id="messages">y</b>`,
  templates: `<template><script>ran()</script></template><noscript><p title="</noscript><img src=x onerror=ran()>"></noscript><textarea><img title="</textarea><img src=x onerror=ran()>"></textarea><xmp><img src=x onerror=ran()></xmp><!--><img src=x onerror=ran()>-->`,
  "ends of elements": `</div></article></section></main></body></html><script>ran()</script>]]><script>ran()</script>`,
  entities: `&lt;script&gt;ran()&lt;/script&gt; &#60;img src=x onerror=ran()&#62; \\<img src=x onerror=ran()\\>`,
  "control characters": `<im\u0008g src=x onerror=ran()> <a href="java\u0001script:ran()">a</a> [b](\u0019javascript:ran()) \u202egnp.exe\u202c \u2028<script>ran()</script>`,
  "deep quotes": `${"> ".repeat(600)}deep`,
  "deep lists": Array.from({ length: 200 }, (_, nth) => `${"  ".repeat(nth)}- x`).join("\n"),
  "deep brackets": deep("[", "](javascript:ran())", 1500),
  "deep emphasis": deep("*a **b ", "** c*", 800),
  "deep HTML": deep("<div>", "</div>", 3000),
  citations: `[1](javascript:ran()) [1]: javascript:ran() [1][2][3] [[1]](javascript:ran()) [999]`,
}

/** What a page must still show of harmless text around all that. */
export const harmlessText = `## A heading

- [x] done, with **bold**, _italics_ and \`<code>\`
- [ ] open

| a | b |
| --- | --- |
| 1 < 2 | "q" & 'r' |

\`\`\`ts
const less: boolean = 1 < 2
\`\`\`

See [the site](https://example.org/a?b=1&c=2).`
