package dev.authbridge.web;

/** The same conversations over a second kind of wire, which uses nothing of the server except {@code Conversations}. */
class AnotherWireTest extends ConversationStories {
    @Override
    protected RunningServer.Setting setting() {
        return super.setting().withScriptedWires();
    }
}
