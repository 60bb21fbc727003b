package dev.authbridge.web;

/** The same where sessions and logins are on another machine. */
class RemoteSessionsTest extends SessionsTest {
    @Override
    protected RunningServer.Setting setting() {
        return super.setting().withRemoteLogins();
    }
}
