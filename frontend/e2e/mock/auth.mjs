// The sign-in endpoints of the mock, as the headless browser API answers.
import { randomBytes } from "node:crypto";
import { addUser } from "./db.mjs";

const flows = [{ id: "login" }, { id: "signup" }];
const invalid = (param, code, message) => ({ status: 400, body: { status: 400, errors: [{ param, code, message }] } });
const signedOut = { status: 401, body: { status: 401, data: { flows }, meta: { is_authenticated: false } } };

function signedIn(user) {
  return { status: 200, body: { status: 200, data: { user: { id: user.id, display: user.name, email: user.email, has_usable_password: true }, methods: [] }, meta: { is_authenticated: true } } };
}

function open(db, user, agent) {
  const token = randomBytes(12).toString("hex");
  db.sessions.set(token, { id: db.sessions.size + 1, user_id: user.id, user_agent: agent ?? "", created_at: Date.now() / 1000 });
  return { ...signedIn(user), cookie: `sessionid=${token}; Path=/; HttpOnly; SameSite=Lax` };
}

/** The first account, open sign-up, or an invitation to this address. */
function admits(db, { email, invitation }) {
  return db.users.length === 0 || db.instance.signup_open || db.invitations.some((one) => one.token === invitation && one.email === email);
}

export function handleAuth(db, { method, path, body, user, token, agent }) {
  const key = `${method} ${path}`;
  if (key === "GET /auth/session") return user ? signedIn(user) : signedOut;
  if (key === "DELETE /auth/session") { db.sessions.delete(token); return signedOut; }
  if (key === "POST /auth/login") {
    const found = db.users.find((one) => one.email === body.email && one.password === body.password);
    return found ? open(db, found, agent) : invalid("password", "email_password_mismatch", "The email address and/or password you specified are not correct.");
  }
  if (key === "POST /auth/signup") {
    if (db.users.some((one) => one.email === body.email)) return invalid("email", "email_taken", "A user is already registered with this email address.");
    if (body.password.length < 8) return invalid("password", "password_too_short", "This password is too short. It must contain at least 8 characters.");
    if (!admits(db, body)) return { status: 403, body: { status: 403 } };
    return open(db, addUser(db, body), agent);
  }
  if (key === "POST /auth/password/request") return { status: 200, body: { status: 200 } };
  if (key === "POST /auth/password/reset") return body.key === "good" ? signedOut : invalid("key", "invalid_password_reset", "The password reset token was invalid.");
  if (!user) return signedOut;
  if (key === "POST /account/password/change") {
    if (body.current_password !== user.password) return invalid("current_password", "enter_current_password", "Please type your current password.");
    user.password = body.new_password;
    return signedIn(user);
  }
  if (path === "/auth/sessions") {
    if (method === "DELETE") for (const [other, session] of db.sessions) if (body.sessions.includes(session.id)) db.sessions.delete(other);
    const data = [...db.sessions].filter(([, session]) => session.user_id === user.id).map(([other, session]) => ({ ...session, ip: "127.0.0.1", is_current: other === token }));
    return { status: 200, body: { status: 200, data } };
  }
  return { status: 404, body: { status: 404 } };
}
