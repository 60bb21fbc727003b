package dev.authbridge.web;

/** The same conversations with logins whose answers come later and on another thread, as if from another machine. */
class RemoteLoginsTest extends ConversationStories {
    @Override
    protected RunningServer.Setting setting() {
        return super.setting().withRemoteLogins();
    }
}
