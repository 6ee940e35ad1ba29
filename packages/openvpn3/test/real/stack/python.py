# What a program does with a tunnel by way of the Python module of OpenVPN 3 Linux, from the import of a profile to its
# removal. It reads a profile and the answers to what is asked, in JSON, and prints what it saw of each step.
import json
import sys
import time

import dbus
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib
import openvpn3
from openvpn3 import StatusMinor

DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
given = json.load(sys.stdin)
seen = {}

events, statuses, lines = [], [], []


def until(is_so):
    """Lets signals in until it is so. Who started this program decides how long that may take."""
    while not is_so():
        while GLib.MainContext.default().iteration(False):
            pass
        time.sleep(0.02)


def has_status(minor):
    return lambda: session.GetStatus()["minor"] == minor


configurations = openvpn3.ConfigurationManager(bus)
sessions = openvpn3.SessionManager(bus)
sessions.SessionManagerCallback(lambda event: events.append(event.GetType().name))

configuration = configurations.Import("office", given["profile"], False, False)
seen["name"] = configuration.GetConfigName()
seen["valid"] = configuration.Validate() is None
configuration.SetOverride("persist-tun", True)
configuration.AddTag("work")
seen["overrides"] = configuration.GetOverrides()
seen["tagged"] = len(configurations.SearchByTag("work"))

session = sessions.NewTunnel(configuration)
session.StatusChangeCallback(lambda major, minor, text: statuses.append(StatusMinor(minor).name))
session.LogCallback(lambda group, category, text: lines.append(text))

try:
    session.Ready()
except dbus.exceptions.DBusException as refusal:
    seen["not ready"] = refusal.get_dbus_message()
slots = session.FetchUserInputSlots()
seen["slots"] = [[slot.GetVariableName(), slot.GetLabel(), bool(slot.GetInputMask())] for slot in slots]
for slot in slots:
    slot.ProvideInput(given["answers"][slot.GetVariableName()])
session.Ready()

session.Connect()
until(has_status(StatusMinor.CONN_CONNECTED))
seen["device"] = session.GetProperty("device_name")
seen["sessions"] = [each.GetProperty("config_name") for each in sessions.FetchAvailableSessions()]
until(lambda: session.GetStatistics().get("BYTES_IN", 0) > 0)
seen["statistics"] = session.GetFormattedStatistics()

session.Pause("a test")
until(has_status(StatusMinor.CONN_PAUSED))
session.Resume()
until(has_status(StatusMinor.CONN_CONNECTED))
session.Restart()
until(lambda: statuses.count("CONN_CONNECTED") == 3)

session.Disconnect()
until(lambda: "SESS_DESTROYED" in events)
seen["sessions left"] = len(sessions.FetchAvailableSessions())
configuration.Remove()
seen["configurations left"] = len(configurations.FetchAvailableConfigs())

seen.update({"events": events, "statuses": statuses, "lines": lines})
print(json.dumps(seen))
