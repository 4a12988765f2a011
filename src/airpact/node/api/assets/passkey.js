// Passkeys (WebAuthn Level 3): shows the button where the browser knows them, and carries bytes between it and the node.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** What the authenticator gave, as JSON: every buffer becomes base64url. */
function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response };
}

function asked(how, options) {
  const publicKey = { ...options, challenge: toBytes(options.challenge) };
  if (how === "create") {
    publicKey.user = { ...options.user, id: toBytes(options.user.id) };
    publicKey.excludeCredentials = [];
    return navigator.credentials.create({ publicKey });
  }
  publicKey.allowCredentials = [];
  return navigator.credentials.get({ publicKey });
}

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail || told.title);
  return told;
}

async function use(place) {
  const options = await post(place.dataset.ask, "{}");
  const credential = await asked(place.dataset.passkey, options);
  const { next } = await post(place.dataset.answer, JSON.stringify(written(credential)));
  location.assign(next);
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const [button, told] = [place.querySelector("button"), place.querySelector("[role=alert]")];
  place.hidden = false;
  button.addEventListener("click", async () => {
    told.hidden = true;
    button.disabled = true;
    try {
      await use(place);
    } catch (error) {
      told.querySelector("span").textContent = error.message;
      told.hidden = false;
    }
    button.disabled = false;
  });
}
