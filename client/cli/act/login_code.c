// Codes with which somebody logs in: made here, told to the server as a hash, and printed once.
#include "client/cli/act/login_code.h"

#include <sodium.h>
#include "client/cli/core/call.h"
#include "client/cli/core/perform.h"
#include "client/cli/core/credentials.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/writer.h"
#include "okr/v1/member.pb-c.h"

// 80 random bits in Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O, U.
static void make_code(char ret[20])
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t bits[16];
    randombytes_buf(bits, sizeof(bits));
    size_t length = 0;
    for (size_t i = 0; i < sizeof(bits); i++) {
        if (i > 0 && i % 4 == 0)
            ret[length++] = '-';
        ret[length++] = letters[bits[i] & 31];
    }
    ret[length] = '\0';
}

static int issue(struct cli *cli, const struct args *args, enum rpc_id method)
{
    char code[20];
    make_code(code);
    Okr__IssueLoginCodeRequest request = OKR__ISSUE_LOGIN_CODE_REQUEST__INIT;
    if (!request_fill(cli, &request.base, args))
        return cli->exit_code;
    request.has_code_hash = 1;
    request.code_hash.len = TOKEN_HASH_BYTES;
    request.code_hash.data = cli_keep(cli, TOKEN_HASH_BYTES);
    token_hash(code, request.code_hash.data);
    const Okr__LoginCode *reply = (const Okr__LoginCode *)cli_call(cli, method, &request.base);
    if (!reply)
        return cli->exit_code;
    if (writer_is_json(cli)) {
        cli_show_json_with(cli, &reply->base, "code", code);
        return EXIT_DONE;
    }
    show_line(cli, _("Code for %s: %s"), show_text(reply->handle), show_in(cli, SHOW_BOLD, code));
    show_line(cli, _("It is shown only now, works once, and is valid until %s. To log in with it:"),
              show_time(cli, reply->expires_at));
    show_line(cli, "  okr login %s --code %s", show_text(reply->handle), code);
    return EXIT_DONE;
}

int login_code_invite(struct cli *cli, const struct args *args)
{
    return issue(cli, args, RPC_MEMBER_ISSUE_LOGIN_CODE);
}

int login_code_recover(struct cli *cli, const struct args *args)
{
    return issue(cli, args, RPC_MEMBER_ISSUE_RECOVERY_CODE);
}
