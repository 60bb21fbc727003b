package dev.authbridge.support;

import com.microsoft.playwright.Page;
import java.util.List;

/** What a page conveys to somebody who reads it, uses a screen reader, or navigates by keyboard. */
public final class Reading {
    private Reading() {}

    private static String in(String script) {
        return "(words) => {" + Layout.ELEMENTS + script + "}";
    }

    /** In how many places the text is visible; text for screen readers only is not. */
    public static int timesShown(Page page, String words) {
        return (Integer) page.evaluate(
                in(
                        """
                        const own = (one) => [...one.childNodes].filter(({ nodeType }) => nodeType === 3)
                          .map(({ data }) => data).join(' ');
                        return inside(document).filter((one) => own(one).includes(words) && seen(one)).length;
                        """),
                words);
    }

    /** Whether the text is in a live region, so that screen readers announce it. */
    public static boolean isAnnounced(Page page, String words) {
        return (Boolean) page.evaluate(
                in(
                        """
                        return inside(document)
                          .some((one) => one.matches('[role=alert], [role=status]') && one.textContent.includes(words));
                        """),
                words);
    }

    /** The labels of the primary actions on offer; those of disabled ones end with “(off)”. */
    public static List<?> primary(Page page) {
        return (List<?>)
                page.evaluate(
                        in(
                                """
                        return inside(document).filter((one) => one.matches('[part~=primary]') && seen(one))
                          .filter((one) => getComputedStyle(one).backgroundColor !== 'rgba(0, 0, 0, 0)')
                          .map((one) => (one.firstElementChild ?? one).innerText.trim() + (one.disabled ? ' (off)' : ''));
                        """));
    }

    /** The text of the focused element, or the label of the focused field; empty if nothing has the focus. */
    public static String focused(Page page) {
        return (String)
                page.evaluate(
                        in(
                                """
                        let one = document.activeElement;
                        while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
                        if (!one || one === document.body || !seen(one)) return '';
                        return (one.ariaLabel || one.labels?.[0]?.innerText || one.innerText).trim().replace(/\\s+/g, ' ');
                        """));
    }

    /** Whether the focus is visible: an outline around the element, or around what contains it. */
    public static boolean focusIsSeen(Page page) {
        return (Boolean)
                page.evaluate(
                        in(
                                """
                        let one = document.activeElement;
                        while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
                        const outlined = (node) => {
                          const { outlineStyle, outlineWidth } = getComputedStyle(node);
                          return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
                        };
                        return outlined(one) || (one.form != null && outlined(one.form));
                        """));
    }

    /** Whether the field or button with this name is entirely within the window. */
    public static boolean isInWindow(Page page, String name) {
        return (Boolean) page.evaluate(
                in(
                        """
                        const one = controls().find((control) => (control.labels?.[0] ?? control).innerText.trim() === words);
                        const { top, bottom } = one.getBoundingClientRect();
                        return top >= 0 && bottom <= innerHeight;
                        """),
                name);
    }

    /** The component's text with that key. */
    public static String text(Page page, String name) {
        return (String) page.evaluate(
                "async (name) => (await import('/claude-login/claude-login.js')).ClaudeLogin.texts[name]", name);
    }
}
