/** The page behind the sign-in link: waits until the server knows the authorization URL, then opens that. */

const page = document.getElementById('go');
const title = page.querySelector('h1');
const message = page.querySelector('p');

function end(heading, text) {
  page.removeAttribute('data-wait');
  document.title = title.textContent = heading;
  message.textContent = text;
}

function pause(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

/** One request, which the server answers as soon as it can; null if it failed, as on a phone that changes its network. */
async function ask(name) {
  try {
    const response = await fetch(new URL(`../go/${name}`, import.meta.url), { method: 'POST', cache: 'no-store' });
    return response.ok || response.status === 410 ? { status: response.status, ...(await response.json()) } : null;
  } catch {
    return null;
  }
}

async function go(name) {
  for (let failures = 0; failures < 60; ) {
    const answer = await ask(name);
    if (answer === null) {
      failures += 1;
      await pause(1_000);
    } else if (answer.url) {
      // Replaces this page in the history: "back" must not lead to a link that is used up.
      location.replace(answer.url);
      return;
    } else if (answer.error) {
      end('That did not work', `${answer.error} Close this tab and go on in the first one.`);
      return;
    } else if (!answer.waiting) {
      end('Nothing to do here', 'This login goes on in the first tab. You can close this one.');
      return;
    }
  }
  end('The server does not answer', 'Close this tab, go back to the first one and try again there.');
}

go(page.dataset.wait);
