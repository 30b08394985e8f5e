// The screens of knowledge bases, for e2e/look.mjs.

/** `signIn(page, email?)` of look.mjs, and where the mock is. */
export function knowledgeScreens({ base, signIn, control, byTitle }) {
  const list = async (page) => (await page.request.get(`${base}/api/v1/knowledge`)).json();
  const first = async (page) => (await list(page)).items.find((one) => one.name === "Staff handbook").id;
  const open = async (page, section) => { await signIn(page); await page.goto(`${base}/knowledge/${await first(page)}/${section}`); await page.waitForTimeout(700); };
  const document = async (page, name, query = "") => {
    await signIn(page);
    const { items } = await (await page.request.get(`${base}/api/v1/knowledge/${await first(page)}/documents`)).json();
    const { id } = items.find((one) => one.name.startsWith(name));
    const chunks = await (await page.request.get(`${base}/api/v1/documents/${id}/chunks`)).json();
    await page.goto(`${base}/knowledge/documents/${id}${query ? `?chunk=${chunks.items[Number(query)].id}` : ""}`);
    await page.waitForTimeout(1200);
  };
  const files = (...names) => names.map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name === "empty.txt" ? "" : `${name} has words`) }));
  const talk = async (page, world, title = "Leave") => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, title)}`); await page.locator("button.citation").first().waitFor(); await page.waitForTimeout(400); };
  const cite = async (page, at) => { await page.locator("button.citation").nth(at).click(); await page.locator("[role=dialog]").waitFor(); await page.waitForTimeout(900); };
  const wrong = async (page) => { await page.locator("main article").last().locator("button[aria-haspopup=dialog]").last().click(); await page.locator("[role=dialog]").waitFor(); await page.waitForTimeout(500); };
  const menu = async (page, at = 0) => { await page.locator("main li button[aria-haspopup=menu]").nth(at).click(); };
  return {
    bases: async (page) => { await signIn(page); await page.goto(`${base}/knowledge`); },
    basesempty: async (page) => { await control({ seed: "fresh" }); await page.goto(`${base}/sign-up`); await page.locator("input[name=name], input[autocomplete=name]").first().fill("Ada Li"); await page.locator("input[type=email]").fill("ada@example.com"); await page.locator("input[type=password]").fill("correct horse"); await page.locator("button[type=submit]").click(); await page.waitForURL((url) => url.pathname === "/"); await page.goto(`${base}/knowledge`); },
    basenew: async (page) => { await signIn(page); await page.goto(`${base}/knowledge`); await page.locator("main header button").click(); await page.waitForTimeout(300); await page.locator("[role=dialog] details summary").click(); },
    documents: (page) => open(page, "documents"),
    documentsempty: async (page) => { await signIn(page); const { items } = await list(page); await page.goto(`${base}/knowledge/${items.find((one) => one.name.startsWith("A very")).id}/documents`); },
    documentsviewer: async (page) => { await signIn(page, "eva@example.com"); await page.goto(`${base}/knowledge/${await first(page)}/documents`); },
    documentmenu: async (page) => { await open(page, "documents"); await menu(page, 4); },
    documentdetails: async (page) => { await open(page, "documents"); await page.getByText("Employee handbook 2024.pdf").waitFor(); await page.locator("li", { hasText: "Employee handbook 2024.pdf" }).locator("button").click(); await page.locator("[role=menuitem]").nth(1).click(); },
    documentdelete: async (page) => { await open(page, "documents"); await page.locator("li", { hasText: "Employee handbook 2024.pdf" }).locator("button").click(); await page.locator("[role=menuitem]").last().click(); },
    uploads: async (page) => { await open(page, "documents"); await control({ lose_files: 2 }); await page.locator("input[type=file]").first().setInputFiles(files("report with a rather long name that goes on and on and on.txt", "empty.txt", "b.txt", "minutes.md", "c.txt")); await page.waitForTimeout(500); },
    addtext: async (page) => { await open(page, "documents"); await page.locator("[data-testid=drop-zone] button").nth(2).click(); },
    addsite: async (page) => { await open(page, "documents"); await page.locator("[data-testid=drop-zone] button").nth(3).click(); await page.waitForTimeout(300); await page.locator("[role=dialog] select").selectOption("2"); },
    passages: (page) => document(page, "Employee", "1"),
    passagestext: (page) => document(page, "假期", "2"),
    passageedit: async (page) => { await document(page, "假期", "1"); await menu(page, 1); await page.locator("[role=menuitem]").first().click(); },
    placenarrow: async (page) => { await document(page, "Employee", "1"); await page.locator("main li button").first().click(); await page.waitForTimeout(800); },
    preview: async (page) => { await document(page, "Employee"); await page.locator("[role=tab]").nth(1).click(); await page.locator("form select").first().selectOption("parent_child"); await page.locator("form button[type=submit]").click(); },
    answers: async (page) => { await document(page, "Employee"); await page.locator("[role=tab]").nth(2).click(); },
    failed: async (page) => { await open(page, "documents"); await page.getByText("locked minutes").click(); },
    try: async (page) => { await open(page, "try"); await page.locator("main form input").first().fill("How many days of paid leave?"); await page.keyboard.press("Enter"); },
    tryzh: async (page) => { await open(page, "try"); await page.locator("main form input").first().fill("年假有多少天"); await page.locator("fieldset button").last().click(); await page.locator("fieldset button").last().click(); await page.locator("main form button[type=submit]").click(); },
    trynothing: async (page) => { await open(page, "try"); await page.locator("main form input").first().fill("qqq encoder away"); await page.keyboard.press("Enter"); },
    questions: (page) => open(page, "questions"),
    questionnew: async (page) => { await open(page, "questions"); await page.locator("main section").last().locator("button").first().click(); await page.waitForTimeout(300); await page.locator("[role=dialog] textarea").first().fill("How many days of leave?"); await page.locator("[role=dialog] input[type=search]").press("Enter"); await page.waitForTimeout(600); await page.locator("[role=dialog] li button").first().click(); },
    basesettings: (page) => open(page, "settings"),
    basesettingsend: async (page) => { await open(page, "settings"); await page.locator("main section").last().evaluate((node) => node.scrollIntoView()); },
    buildindex: async (page) => { await open(page, "settings"); await page.locator("main section").nth(3).locator("button").last().click(); },
    knowledgemodels: async (page) => { await signIn(page); await page.goto(`${base}/settings/models`); await page.waitForTimeout(800); await page.locator("main section").last().evaluate((node) => node.scrollIntoView()); },
    chatknowledge: talk,
    chatpassages: async (page, world) => { await talk(page, world); await page.locator("[data-testid=tool-call] summary").first().click(); },
    chatalways: (page, world) => talk(page, world, "Who may"),
    chatdoubt: async (page, world) => { await talk(page, world); await page.locator("mark.doubted").first().hover(); },
    chatdocument: async (page, world) => { await talk(page, world); await cite(page, 1); },
    chatdocumenttext: async (page, world) => { await talk(page, world); await cite(page, 0); await page.locator("[role=dialog] [role=tab]").nth(1).click(); },
    chatdocumentzh: async (page, world) => { await talk(page, world); await cite(page, 3); },
    chatdocumentgone: async (page, world) => { await talk(page, world); await page.route("**/api/v1/documents/*", (route) => route.fulfill({ status: 404, json: { error: { code: "not_found", message: "" } } })); await cite(page, 0); },
    chatdocumentloading: async (page, world) => { await talk(page, world); await page.route("**/api/v1/chunks/*", () => undefined); await cite(page, 0); },
    chatdocumentedited: async (page, world) => { await talk(page, world); await page.route("**/api/v1/chunks/*", async (route) => { const answer = await route.fetch(); const one = await answer.json(); await route.fulfill({ response: answer, json: { ...one, edited: true, text: one.text.replace("25", "26") } }); }); await cite(page, 0); },
    correction: async (page, world) => { await talk(page, world); await wrong(page); },
    correctionquestion: async (page, world) => { await talk(page, world); await wrong(page); await page.locator("[role=dialog] input[type=radio]").nth(1).check(); await page.locator("[role=dialog] button[type=submit]").click(); },
    correctiondone: async (page, world) => { await talk(page, world); await wrong(page); await page.locator("[role=dialog] textarea").last().fill("26"); await page.locator("[role=dialog] button[type=submit]").click(); },
    correctionnone: async (page, world) => { await talk(page, world); await page.route("**/api/v1/knowledge/*", (route) => route.fulfill({ status: 404, json: { error: { code: "not_found", message: "" } } })); await wrong(page); },
  };
}
