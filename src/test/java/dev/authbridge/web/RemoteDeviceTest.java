package dev.authbridge.web;

/** The same with logins, tickets, pairings and limits that answer later and on another thread. */
class RemoteDeviceTest extends DeviceTest {
    @Override
    protected RunningServer.Setting setting() {
        return super.setting().withRemoteLogins();
    }
}
