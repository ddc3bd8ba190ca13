/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/browser_site.h"

char browser_site_agent[128];
atomic_int browser_site_frames;

#define SHELL                                                                                  \
    "<!DOCTYPE html><html><head><title>Jobs</title></head><body><noscript>You need to enable " \
    "JavaScript to run this app.</noscript><div id=root></div><script>"
#define SHELL_END "</script></body></html>"

static const struct {
    const char *path, *headers, *body;
} pages[] = {
    {"/drawn", "Content-Type: text/html\r\nCache-Control: no-store\r\nSet-Cookie: a=1\r\n",
     SHELL "fetch('/data').then(r => r.json()).then(v => { document.getElementById('root')."
           "innerHTML = v.map(c => '<li class=card>' + c + '</li>').join('') });" SHELL_END},
    {"/data", "Content-Type: application/json\r\n",
     "[\"Bakkerij Oost\",\"Caf\xc3\xa9 \xe2\x82\xac\"]"},
    {"/windows-1252", "Content-Type: text/html; charset=windows-1252\r\n", "<p>Caf\xe9</p>"},
    {"/frames", "Content-Type: text/html\r\n",
     "<p>outer</p><iframe src=/inner></iframe><iframe src=/inner></iframe>"},
    {"/inner", "Content-Type: text/html\r\n", "<p>inner</p>"},
    {"/polls", "Content-Type: text/html\r\n",
     "<p>here</p><script>setInterval(() => fetch('/data'), 100)</script>"},
    {"/alerts", "Content-Type: text/html\r\n",
     "<script>for (let i = 0; i < 5; i++) alert(i); onbeforeunload = () => 'stay'; "
     "document.write(confirm('?') ? 'yes' : 'no', prompt('?') === null)</script>"},
    {"/windows", "Content-Type: text/html\r\n",
     "<script>for (;;) window.open('/drawn?' + Math.random())</script>"},
    {"/memory", "Content-Type: text/html\r\n",
     "<script>let v = []; for (;;) v.push(new Uint8Array(8 << 20).fill(1))</script>"},
    {"/spins", "Content-Type: text/html\r\n", "<p>x</p><script>for (;;) ;</script>"},
    {"/download", "Content-Type: application/zip\r\nContent-Disposition: attachment\r\n", "PK"},
    {"/drops", "Content-Type: text/html\r\n",
     "<p>page</p><script>const a = document.createElement('a'); a.href = '/download'; a.download = "
     "'x'; document.body.append(a); a.click()</script>"},
    {"/rounds", "Content-Type: text/html\r\n",
     "<script>location = '/rounds?' + Math.random()</script>"},
    {"/grows", "Content-Type: text/html\r\n",
     "<p id=p></p><script>p.textContent = 'x'.repeat(3 << 20)</script>"},
    {"/overrides", "Content-Type: text/html\r\n",
     "<p>true</p><script>Object.defineProperty(Element.prototype, 'outerHTML', {get: () => 'lie'})"
     "</script>"},
    {"/gone", "Content-Type: text/html\r\n", "<p>gone</p>"},
    {"/gone-silently", "Content-Type: text/html\r\n", ""},
    {"/inside", "Content-Type: text/html\r\n",
     "<p id=p></p><script>Promise.all(['http://127.0.0.1:8073/x', 'http://169.254.169.254/x', "
     "'http://[::1]:8073/x', 'http://localhost:8073/x', 'http://rebound.test:8073/x']"
     ".map(u => fetch(u, {mode: 'no-cors'}).then(() => 'reached', () => 'refused')))"
     ".then(v => { p.textContent = v.join(' ') + '.' })</script>"},
};

void browser_site_answer(const struct web_request *request, struct web_reply *reply)
{
    static _Thread_local char text[512];
    lm_str path = request->path, query = {NULL, 0};
    ptrdiff_t at = lm_str_chr(path, '?', 0);

    if (at >= 0) {
        query = lm_str_sub(path, (size_t)at + 1, path.n);
        path = lm_str_sub(path, 0, (size_t)at);
    }
    snprintf(browser_site_agent, sizeof(browser_site_agent), "%.*s",
             LM_FMT(web_header(request, "user-agent")));
    atomic_fetch_add(&browser_site_frames, lm_str_eqz(path, "/inner"));
    if (lm_str_eqz(path, "/to")) {
        reply->status = 302;
        snprintf(text, sizeof(text), "Location: %.*s\r\n", LM_FMT(query));
        reply->headers = text;
    } else if (lm_str_eqz(path, "/goes")) {
        reply->headers = "Content-Type: text/html\r\n";
        snprintf(text, sizeof(text), "<script>location = '%.*s'</script>", LM_FMT(query));
        reply->body = lm_str_z(text);
    } else if (lm_str_eqz(path, "/endless")) {
        reply->headers = "Content-Type: text/html\r\n";
        reply->body = lm_str_z(SHELL "/* and nothing */ for more ");
        reply->drip_ms = 1000;
    } else if (lm_str_eqz(path, "/huge")) {
        static char spaces[50 << 20];

        reply->headers = "Content-Type: text/html\r\n";
        reply->body = (lm_str){memset(spaces, ' ', sizeof(spaces)), sizeof(spaces)};
    } else {
        reply->status = lm_str_starts(path, LM_STR("/gone")) ? 410 : 404;
        for (size_t i = 0; i < LM_COUNT(pages); i++) {
            if (!lm_str_eqz(path, pages[i].path))
                continue;
            reply->status = reply->status == 410 ? 410 : 200;
            reply->headers = pages[i].headers;
            reply->body = lm_str_z(pages[i].body);
        }
    }
}
