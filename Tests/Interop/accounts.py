# SPDX-License-Identifier: LGPL-3.0-or-later
"""Creates the accounts of samba-dc in a freshly provisioned domain and writes the service keytab."""

import os

import ldb
import samba.dckeytab  # noqa: F401  adds Net.export_keytab
from samba.auth import system_session
from samba.credentials import Credentials
from samba.net import Net
from samba.param import LoadParm
from samba.samdb import SamDB

CONF, DNS, OUT, SERVICE, MACHINE = (os.environ[name] for name in ("CONF", "DNS", "OUT", "SERVICE", "MACHINE"))
HOST = "swift." + DNS

parameters = LoadParm()
parameters.load(CONF)
database = SamDB(session_info=system_session(), lp=parameters)


def change(account, **values):
    where = "(sAMAccountName=%s)" % account
    found = database.search(database.domain_dn(), expression=where, attrs=[])[0]
    message = ldb.Message(found.dn)
    for name, value in values.items():
        name = name.replace("_", "-")
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    database.modify(message)


for user in ("alice", "bob", "swiftsvc"):
    database.newuser(user, SERVICE)
database.newcomputer("SWIFT")

AES_AND_RC4 = "28"
change("swiftsvc", servicePrincipalName=["svc/" + HOST, "dcerpc/" + HOST], msDS_SupportedEncryptionTypes=AES_AND_RC4)
change("SWIFT$", servicePrincipalName=["HOST/" + HOST, "HOST/SWIFT", "cifs/" + HOST], dNSHostName=HOST,
       msDS_SupportedEncryptionTypes=AES_AND_RC4)
database.setpassword("(sAMAccountName=SWIFT$)", MACHINE)
database.enable_account("(sAMAccountName=SWIFT$)")

credentials = Credentials()
credentials.guess(parameters)
network = Net(credentials, parameters)
for principal in ("SWIFT$", "HOST/" + HOST, "host/" + HOST, "cifs/" + HOST, "svc/" + HOST, "swiftsvc"):
    network.export_keytab(keytab=OUT, principal=principal)
