// What the component's elements add to the DOM's own types.

interface ClaudeLoginElement extends HTMLElement {
  reconnect(): void;
  texts: Record<string, unknown>;
}

interface ClaudeChatElement extends HTMLElement {
  reconnect(): void;
  texts: Record<string, unknown>;
}

interface HTMLElementTagNameMap {
  'claude-login': ClaudeLoginElement;
  'claude-chat': ClaudeChatElement;
}

interface HTMLElementEventMap {
  'claude-login-statechange': CustomEvent<{ state: string }>;
  'claude-login-complete': CustomEvent<object>;
  'claude-login-error': CustomEvent<{ reason: string; retryable: boolean }>;
}

interface WindowEventMap {
  'claude-login-statechange': CustomEvent<{ state: string }>;
  'claude-login-complete': CustomEvent<object>;
  'claude-login-error': CustomEvent<{ reason: string; retryable: boolean }>;
}
