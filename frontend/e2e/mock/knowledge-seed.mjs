// Knowledge bases to look at: one with documents in every state, one of a colleague's, and an empty one.
import { iso, newId } from "./db.mjs";
import { addBase, addDocument, addEvaluation, addIndex, usualChunking } from "./knowledge-store.mjs";

const HANDBOOK = `# Employee handbook

Welcome to the lab. This handbook says how we work, when we are open, and whom to ask.

## Leave

Employees have 25 days of paid leave a year. From the fifth year on they have 28 days. Leave that is not taken by the end of March of the next year is lost.

Sick leave is not counted as paid leave. Tell your group's lead on the first day, and bring a doctor's note from the third day on.

### Carrying leave over

Up to five days may be carried over to the next year when work made it impossible to take them. The head of the institute decides; write to people@example.com before the 15th of December.

## Travel

Trips are approved before they are booked. Trains are preferred for journeys of less than six hours; the second class is paid, the first one when the whole train is booked out.

A day of travel is paid with 28 euros. Hotels are paid up to 120 euros a night, in Geneva and Zürich up to 180 euros.

| City | Most per night | Breakfast |
|---|---|---|
| Berlin | 120 € | included |
| Geneva | 180 € | not included |
| Chengdu | 95 € | included |

## Equipment

Everybody has a laptop, which is replaced every four years. Ask the workshop for anything that costs less than 500 euros; more than that needs a quote from three sellers.

## Safety

The chemicals' store is locked. Only people with the yearly training may open it, and never alone. The number of the poison centre hangs beside the door.`;

const LEAVE_ZH = `# 假期制度

本制度适用于研究所的全体员工，自 2024 年 1 月 1 日起执行。

## 年假

员工每年享有 25 天带薪年假。工作满五年后，每年享有 28 天。次年三月底前未休的年假作废。

因工作原因无法休完的，最多可结转五天到下一年，须在 12 月 15 日前书面申请，由所长批准。

## 病假

病假不计入带薪年假。第一天须告知组长，第三天起须提交医生证明。

## 加班

加班须事先批准。工作日加班按一点五倍、休息日按两倍、法定节假日按三倍计算。`;

const FAQ = `# Questions people ask

How do I get into the building at night? With your card, from the side of the river; the front door is locked after 20:00.

Where can I park? Behind the workshop. There are two places for visitors, which are booked at the reception.

Who repairs the coffee machine? The one who broke it. Otherwise write to workshop@example.com.`;

const fields = [{ name: "department", type: "text" }, { name: "year", type: "number" }, { name: "approved", type: "date" }, { name: "current", type: "boolean" }, { name: "languages", type: "list" }];

export function seedKnowledge(db, user, other) {
  const model = (name, kind, more) => ({ id: newId(), name, kind, model: kind === "embedding" ? "BAAI/bge-m3" : "BAAI/bge-reranker-v2-m3", dimension: kind === "embedding" ? 1024 : null, url: "http://gpu-box:8001/v1", has_key: true, status: "ready", status_detail: "", checked_at: iso(Date.now() - 72e5), ...more });
  db.knowledge.models.push(model("bge-m3 on the GPU box", "embedding"), model("bge reranker", "rerank", { status: "failed", status_detail: "Connection refused", url: "http://gpu-box:8002/v1" }));
  const base = addBase(db, user, { name: "Staff handbook", description: "How the lab works: leave, travel, equipment, safety. In English and Chinese.", visibility: "workspace", fields });
  seedDocuments(db, base);
  seedQuestions(db, base);
  const index = addIndex(db, base.id, { chunking: { ...usualChunking, size: 160, overlap: 20 }, status: "ready", at: Date.now() - 36e5, documents_total: 4, documents_done: 4, chunks: 21 });
  addEvaluation(db, db.knowledge.indexes.find((one) => one.id === base.active_id), { done: true });
  addEvaluation(db, index, { done: true });
  const api = addBase(db, other, { name: "接口文档与常见问题", description: "产品接口的说明，以及支持团队常被问到的问题。", visibility: "workspace", workspace_id: user.default_workspace_id });
  addDocument(db, api, { name: "常见问题.md", bytes: Buffer.from("# 常见问题\n\n如何获取密钥？在设置页面中新建。\n\n密钥多久过期？默认九十天。"), done: true });
  addBase(db, user, { name: "A very long name of a knowledge base that somebody thought would tell everything there is to know about it" });
  return [base, api];
}

function seedDocuments(db, base) {
  const add = (name, text, more = {}) => addDocument(db, base, { name, bytes: Buffer.from(text), text, done: true, ...more }).document;
  const page = add("https://intranet.example.com/faq", FAQ, { origin: "site", source_url: "https://intranet.example.com/faq", at: Date.now() - 5 * 864e5 });
  const site = { id: newId(), knowledge_id: base.id, url: "https://intranet.example.com/faq", depth: 1, most_pages: 50, path_prefix: "", state: "done", pages: 1, error: null, synced_at: iso(Date.now() - 864e5), created_at: iso(), begun: 0 };
  page.site_id = site.id;
  db.knowledge.sites.push(site);
  add("Safety: what to do when the alarm rings.txt", "When the alarm rings, leave the building by the nearest stairs.\n\nDo not use the lift. Meet at the bicycle stands. 🚨 Wait until everybody is counted.", { at: Date.now() - 4 * 864e5 }).enabled = false;
  add("假期制度.md", LEAVE_ZH, { metadata: { department: "People", year: 2024, current: true, languages: ["zh"] }, at: Date.now() - 3 * 864e5 });
  const handbook = add("Employee handbook 2024.pdf", HANDBOOK, { metadata: { department: "People", year: 2024, approved: "2024-01-15", current: true, languages: ["en"] }, at: Date.now() - 2 * 864e5 });
  handbook.warnings = ["2 pages were read by OCR and may have mistakes."];
  add("scan of the lease.pdf", "scan", { at: Date.now() - 864e5 });
  add("locked minutes of the works council, third quarter of 2025, with all its attachments and a very long name.docx", "locked", { at: Date.now() - 8e7 });
  add("budget-2019.xlsx", "Old budget", { frozen: { state: "cancelled" }, done: false, at: Date.now() - 7e7 });
  add("annual-report-2025.pdf", "Annual report 2025", { frozen: { state: "embedding", progress: 0.45 }, done: false, at: Date.now() - 6e4 });
  add("minutes.md", "Minutes of today", { frozen: { state: "received" }, done: false, at: Date.now() - 5e4 });
}

function seedQuestions(db, base) {
  const documents = db.knowledge.documents.filter((one) => one.knowledge_id === base.id);
  const gold = (words) => {
    const chunk = db.knowledge.chunks.find((one) => documents.some((document) => document.id === one.document_id) && one.text.includes(words));
    return [{ document_id: chunk.document_id, start: chunk.start, end: chunk.end, quote: words }];
  };
  const ask = (text, words, status = "confirmed", origin = "person") => db.knowledge.questions.push({ id: newId(), knowledge_id: base.id, text, status, gold: words ? gold(words) : [], origin, created_at: iso() });
  ask("How often is a laptop replaced?", "laptop, which is replaced every four years", "draft", "model");
  ask("May I park behind the workshop?", null, "draft", "feedback");
  ask("How many days of paid leave do I have?", "25 days of paid leave a year");
  ask("When is leave that was not taken lost?", "lost");
  ask("休息日加班怎么算？", "休息日按两倍");
  ask("How much may a hotel in Geneva cost?", "in Geneva and Zürich up to 180 euros");
  ask("年假最多可以结转几天？", "最多可结转五天到下一年");
  ask("Who may open the store of chemicals?", "Only people with the yearly training may open it");
}
