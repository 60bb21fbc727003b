package dev.authbridge.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.HandTurnedLoop;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private final HandTurnedLoop timers = new HandTurnedLoop();
    private final Tickets<String> tickets = new Tickets<>(3, timers::now);

    @Test
    void aTicketIsGoodOnceAndMayBeLookedAtBefore() {
        String ticket = tickets.issue("anna");
        assertTrue(ticket.matches("[A-Za-z0-9_-]{32}"), ticket);
        assertNotEquals(ticket, tickets.issue("anna"));
        assertEquals(Optional.of("anna"), tickets.look(ticket));
        assertEquals(Optional.of("anna"), tickets.redeem(ticket));
        assertEquals(Optional.empty(), tickets.redeem(ticket));
        assertEquals(Optional.empty(), tickets.look(ticket));
    }

    @Test
    void aTicketIsGoodForTenMinutes() {
        String ticket = tickets.issue("anna");
        timers.turn(Duration.ofMinutes(10).minusMillis(1));
        assertEquals(Optional.of("anna"), tickets.look(ticket));
        timers.turn(Duration.ofMillis(1));
        assertEquals(Optional.empty(), tickets.look(ticket));
    }

    @Test
    void oneThatIsRenewedInTimeIsGoodForTenMinutesMore() {
        String other = tickets.issue("ben");
        String ticket = tickets.issue("anna");
        timers.turn(Duration.ofMinutes(9));
        tickets.renew(ticket);
        timers.turn(Duration.ofMinutes(9));
        assertEquals(Optional.of("anna"), tickets.look(ticket));
        assertEquals(Optional.empty(), tickets.look(other));
        tickets.renew(other);
        assertEquals(Optional.empty(), tickets.look(other), "too late");
        timers.turn(Duration.ofMinutes(1));
        assertEquals(Optional.empty(), tickets.look(ticket));
    }

    @Test
    void howLongATicketLastsIsKnown() {
        String ticket = tickets.issue("anna");
        timers.turn(Duration.ofMinutes(8).minusMillis(1));
        assertTrue(tickets.lasts(ticket, Duration.ofMinutes(2)));
        timers.turn(Duration.ofMillis(1));
        assertFalse(tickets.lasts(ticket, Duration.ofMinutes(2)));
        assertTrue(tickets.lasts(ticket, Duration.ofMinutes(1)));
        tickets.redeem(ticket);
        assertFalse(tickets.lasts(ticket, Duration.ofMinutes(1)));
    }

    @Test
    void theOldestGivesWayAndOneThatWasUsedTakesNoPlace() {
        String used = tickets.issue("used");
        String oldest = tickets.issue("oldest");
        tickets.redeem(used);
        String second = tickets.issue("second");
        String third = tickets.issue("third");
        assertEquals(Optional.of("oldest"), tickets.look(oldest));
        String fourth = tickets.issue("fourth");
        assertEquals(Optional.empty(), tickets.look(oldest));
        assertEquals(Optional.of("second"), tickets.look(second));
        assertEquals(Optional.of("third"), tickets.look(third));
        assertEquals(Optional.of("fourth"), tickets.look(fourth));
    }
}
