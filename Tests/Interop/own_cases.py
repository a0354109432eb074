# SPDX-License-Identifier: LGPL-3.0-or-later
"""PDU by PDU cases of our own, in the manner of Samba's raw_protocol.py and with its tools: what a server has to refuse that
Samba's clients never do by themselves."""
import samba.dcerpc.dcerpc as dcerpc
import samba.dcerpc.mgmt
from samba import gensec
from samba.credentials import MUST_USE_KERBEROS
from samba.tests.dcerpc.raw_testcase import RawDCERPCTest

KRB5 = dcerpc.DCERPC_AUTH_TYPE_KRB5


class OwnCases(RawDCERPCTest):
    def bind_with_ticket(self, dce_style, level=dcerpc.DCERPC_AUTH_LEVEL_INTEGRITY):
        """What a bind with a ticket for the server is answered with. Outside DCE's style a server is through with the first
        token, and has no proof that the client is there now."""
        creds = self.get_user_creds()
        creds.set_kerberos_state(MUST_USE_KERBEROS)
        client = gensec.Security.start_client(self.settings)
        client.set_credentials(creds)
        client.set_target_service("host")
        client.set_target_hostname(self.target_hostname)
        client.want_feature(gensec.FEATURE_SIGN)
        if dce_style:
            client.want_feature(gensec.FEATURE_DCE_STYLE)
        client.start_mech_by_name("gssapi_krb5")
        (_, token) = client.update(b"")
        context = dcerpc.ctx_list()
        context.context_id = 1
        context.num_transfer_syntaxes = 1
        context.abstract_syntax = samba.dcerpc.mgmt.abstract_syntax()
        context.transfer_syntaxes = [samba.dcerpc.base.transfer_syntax_ndr()]
        auth = self.generate_auth(auth_type=KRB5, auth_level=level, auth_context_id=1, auth_blob=token)
        request = self.generate_bind(call_id=0, ctx_list=[context], auth_info=auth)
        self.send_pdu(request)
        return request, self.recv_pdu()

    def test_krb5_in_dce_style(self):
        request, reply = self.bind_with_ticket(True)
        self.verify_pdu(reply, dcerpc.DCERPC_PKT_BIND_ACK, request.call_id)

    def test_krb5_not_in_dce_style(self):
        request, reply = self.bind_with_ticket(False)
        self.verify_pdu(reply, dcerpc.DCERPC_PKT_BIND_NAK, request.call_id, auth_length=0)
        self.assertIsNone(self.recv_pdu())
