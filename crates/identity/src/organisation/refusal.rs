//! Why an organisation refuses. Never decides.

use zaiton_kernel::Timestamp;

use crate::person::PersonId;

refusals! {
    /// Why a command to an organisation was refused.
    OrganisationRefusal, "identity.organisation";
    /// No role, or one of the other side.
    WrongRoles {
        /// Those that may be given.
        roles: String,
    } = "wrong_roles", "R5-02",
        why("角色为空，或不属于该组织。", "There is no role, or one of another side."),
        cure("请选择所示角色中的一个或多个。", "Choose one or more of the roles that are shown.");
    /// It is a member already.
    MemberAlready {
        /// Who.
        person: PersonId,
    } = "member_already", "R5-02",
        why("该人员已是成员。", "It is a member already."),
        cure("如需调整，请修改其角色。", "Change its roles instead.");
    /// It is none.
    NoMember {
        /// Who.
        person: PersonId,
    } = "no_member", "R5-02",
        why("该人员不是成员。", "It is no member."),
        cure("请核对人员。", "Check who is meant.");
    /// The last who can give roles.
    LastLeader {
        /// The role.
        role: zaiton_access::Role,
    } = "last_leader", "R5-02",
        why("这是最后一位可管理人员的成员。", "It is the last member who can manage people."),
        cure("请先将所示角色授予另一位成员。", "Give the role that is shown to somebody else first.");
    /// One's own roles.
    OwnRoles {} = "own_roles", "R5-03",
        why("不能修改自己的角色。", "Nobody changes its own roles."),
        cure("请由另一位管理员修改。", "Ask another who manages people.");
    /// Not for this person, or not any more.
    NoInvitation {} = "no_invitation", "R5-02",
        why("邀请无效或已过期。", "The invitation is not good, or not any more."),
        cure("请管理员重新邀请。", "Ask to be invited again.");
    /// Too many members or invitations.
    TooMany {
        /// At most.
        most: usize,
    } = "too_many", "R5-02",
        why("成员或邀请数量已达上限。", "There are too many members or invitations."),
        cure("请先移除不再需要的成员或邀请。", "Remove members or invitations that are not needed.");
    /// It cannot be written to.
    NoAddress {
        /// The login.
        address: String,
    } = "no_address", "R5-01",
        why("登录名不是邮箱地址。", "The login is no e-mail address."),
        cure("请使用邮箱地址邀请。", "Invite by an e-mail address.");
    /// Expired.
    InvitationOver {
        /// When.
        until: Timestamp,
    } = "invitation_over", "R5-02",
        why("邀请已过期。", "The invitation is over."),
        cure("请管理员重新邀请。", "Ask to be invited again.");
}
