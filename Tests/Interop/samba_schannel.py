# SPDX-License-Identifier: LGPL-3.0-or-later
"""samba_schannel.py ADDRESS DOMAIN ACCOUNT PASSWORD OPTIONS - Samba's client (libdcerpc, by python3-samba) makes a secure
channel with our netlogon manager and calls rpcecho over Schannel. "ok" in the end, or what Samba says."""

import sys

from samba.credentials import Credentials, DONT_USE_KERBEROS
from samba.dcerpc import echo, misc
from samba.param import LoadParm

ADDRESS, DOMAIN, ACCOUNT, PASSWORD, OPTIONS = sys.argv[1:]


def main():
    parameters = LoadParm()
    credentials = Credentials()
    credentials.guess(parameters)
    credentials.set_domain(DOMAIN)
    credentials.set_username(ACCOUNT)
    credentials.set_workstation(ACCOUNT.rstrip("$"))
    credentials.set_password(PASSWORD)
    credentials.set_kerberos_state(DONT_USE_KERBEROS)
    credentials.set_secure_channel_type(misc.SEC_CHAN_WKSTA)
    connection = echo.rpcecho(f"ncacn_ip_tcp:{ADDRESS}[schannel,{OPTIONS}]", parameters, credentials)
    for number in range(2, 12):
        assert connection.AddOne(number) == number + 1, "AddOne"
    data = [i % 251 for i in range(20000)]
    assert connection.EchoData(data) == data, "EchoData"
    print("ok")


try:
    main()
except Exception as error:
    print(error)
